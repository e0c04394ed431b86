-- SPDX-License-Identifier: MIT
-- luajit examples/lua/01_sample.lua, with shim/lua/?.lua;shim/lua/?/init.lua in LUA_PATH: a run in
-- one go, step by step, pulled, and spread over the turns of a program's main loop.
local restart = require "restart"

-- Your network goes here. This one is the exact denoiser of data that is -1 or +1.
local function network(e, n)
  for i = 0, n - 1 do
    e.output[i] = math.tanh(e.input[i] / e.sigma ^ 2)
  end
end

local sampler = restart.sampler {network = network, elements = 8, preset = "cifar10-vp-43"}
print(sampler:plan())                     -- 43 evaluations, before any is made
local x = sampler:sample(7)               -- float[8], counted from 0
local first = x[0]
print(first, sampler:message())

sampler:start(7)
for step in sampler:steps() do            -- leaving the loop pauses the run
  print(step.kind, step.sigma_to, step.state[0])
end

-- The pull form: evaluate wherever and whenever you like.
sampler:start(7)
local e = sampler:ask()
while e do
  network(e, 8)
  sampler:tell()
  e = sampler:ask()
end

-- A network may yield: one evaluation a turn, without a thread.
local patient = restart.sampler {elements = 8, preset = "cifar10-vp-43", network = function(e, n)
  coroutine.yield()
  network(e, n)
end}
local work, turns = coroutine.create(patient.sample), 0
repeat
  turns = turns + 1
  assert(coroutine.resume(work, patient, 7))
until coroutine.status(work) == "dead"

local same = sampler.x[0] == first and patient.x[0] == first
print(turns .. " turns", same and "the same bits" or "other bits")
os.exit(same and math.abs(math.abs(first) - 1) < 1e-3 and turns == 44 and 0 or 1)
