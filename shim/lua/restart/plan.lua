-- SPDX-License-Identifier: MIT
-- Plans and steps as Lua tables.
local ffi = require "ffi"
require "restart.abi"
local failure = require "restart.failure"
local lib = require("restart.library").functions "restart"

local plan = {}

local KINDS = {[ffi.C.RS_STEP_MAIN] = "main", [ffi.C.RS_STEP_JUMP] = "jump",
               [ffi.C.RS_STEP_RESTART] = "restart"}
local FIELDS = {"flags", "segment", "iteration", "step", "order", "index", "count", "nfe",
                "nfe_done", "nfe_total", "sigma_from", "sigma_hat", "sigma_to"}

local Plan = {}
Plan.__index = Plan

function Plan:__tostring()
  return self.text
end

local function copied(from, count, wide)
  local array = ffi.new(wide and "double[?]" or "float[?]", count)
  ffi.copy(array, from, count * (wide and 8 or 4))
  return array
end

-- The fields of rs_step_info; with a sampler, copies of the state and of the estimate.
function plan.step(info, sampler)
  local step = {kind = KINDS[info.kind]}
  for _, name in ipairs(FIELDS) do
    step[name] = tonumber(info[name])
  end
  if sampler then
    local denoised = sampler.wide and info.denoised_f64 or info.denoised
    step.state = copied(sampler.x, sampler.total, sampler.wide)
    step.denoised = denoised ~= nil and copied(denoised, sampler.total, sampler.wide) or nil
  end
  return step
end

local function text(pointer)
  local length = ffi.new "size_t[1]"
  lib.rs_plan_text(pointer, nil, 0, length)
  local room = ffi.new("char[?]", tonumber(length[0]) + 1)
  failure.check(lib.rs_plan_text(pointer, room, length[0] + 1, length))
  return ffi.string(room)
end

-- The plan of a sampler: a list of steps, with `nfe`, the evaluations of a whole run, and `text`,
-- the table for people, which is also what tostring gives.
function plan.read(pointer)
  local list = {nfe = tonumber(lib.rs_plan_nfe(pointer)), text = text(pointer)}
  local info = ffi.new "rs_step_info"
  for i = 1, tonumber(lib.rs_plan_count(pointer)) do
    lib.rs_step_info_init_sized(info, ffi.sizeof(info))
    failure.check(lib.rs_plan_step(pointer, i - 1, info))
    list[i] = plan.step(info)
  end
  return setmetatable(list, Plan)
end

return plan
