-- SPDX-License-Identifier: MIT
-- luajit bits.lua 32|64: the run of tests/python/bits.c in Lua; prints the samples' bits.
local ffi = require "ffi"
local restart = require "restart"

local wide = arg[1] == "64"
local factor = ffi.new(wide and "double[1]" or "float[1]")

local function network(e, n)
  factor[0] = 1 / (1 + e.sigma * e.sigma)
  local output = wide and e.output_f64 or e.output
  local input = wide and e.input_f64 or e.input
  for i = 0, n - 1 do
    output[i] = factor[0] * input[i]
  end
end

local sampler = restart.sampler {
  network = network, elements = 7, batch = 3, dtype = "float" .. arg[1],
  preset = "cifar10-vp-43", s_churn = 3}
local x = sampler:sample {5, 6, 0xffffffffffffffffULL}
local words = ffi.cast(wide and "uint64_t *" or "uint32_t *", x)
for i = 0, 20 do
  print((tostring(bit.tohex(words[i], wide and 16 or 8)):gsub("^0+(.)", "%1")))
end
