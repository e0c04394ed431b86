-- SPDX-License-Identifier: MIT
-- A TorchScript file as the network (librestart-torch). See init.lua for the options.
local ffi = require "ffi"
local abi = require "restart.abi"
local failure = require "restart.failure"
local options = require "restart.options"
local lib = require("restart.library").functions "restart-torch"

local Torch = {}
Torch.__index = Torch

local TEXTS = {path = true, device = true, method = true}
local TYPES = {dtype = true, time_dtype = true}
local COUNTS = {threads = true, batch_limit = true}
local LISTS = {shape = "shape_count", labels = "label_count"}

local function text(name, value)
  if type(value) ~= "string" then
    failure.option("%s is a text, not %s", name, tostring(value))
  end
  return value
end

-- An array of int64_t from a list of whole numbers, NULL from an empty one.
local function integers(name, list)
  local array, count = options.array(name, list, "int64_t")
  for i, number in ipairs(list) do
    options.whole(name .. "[" .. i .. "]", number, -2 ^ 53, 2 ^ 53)
  end
  return count > 0 and array or nil, count
end

-- Writes one option. Returns what must live as long as the struct is read.
local function set(struct, name, value)
  if TEXTS[name] then
    struct[name] = text(name, value)
    return value
  elseif TYPES[name] then
    struct[name] = options.constant(name, value, "RS_TORCH_", abi.torch)
  elseif COUNTS[name] then
    struct[name] = options.whole(name, value, 0, 2 ^ 31 - 1)
  elseif LISTS[name] then
    local array, count = integers(name, value)
    struct[name], struct[LISTS[name]] = array, count
    return array
  elseif name == "label_for_none" then
    local array = integers(name, {value})
    struct[name] = array
    return array
  else
    failure.option("there is no option %q of a TorchScript file", tostring(name))
  end
end

function Torch.new(given)
  local struct, self = ffi.new "rs_torch_options", setmetatable({held = {}}, Torch)
  text("path", given.path)
  lib.rs_torch_options_init_sized(struct, ffi.sizeof(struct))
  for name, value in pairs(given) do
    self.held[#self.held + 1] = set(struct, name, value)
  end
  local message, made = ffi.new("char[500]"), ffi.new "rs_torch *[1]"
  struct.message, struct.message_capacity = message, ffi.sizeof(message)
  failure.check(lib.rs_torch_new(struct, made), message)
  self.pointer = ffi.gc(made[0], lib.rs_torch_free)
  local sizes, shape = ffi.new("int64_t[?]", ffi.C.RS_TORCH_DIMS_MAX), {}
  for i = 1, tonumber(lib.rs_torch_shape(self.pointer, sizes, ffi.C.RS_TORCH_DIMS_MAX)) do
    shape[i] = tonumber(sizes[i - 1])
  end
  self.shape = shape
  return self
end

-- Sets what the file says in rs_sampler_options, where that is still open.
function Torch:fill(struct)
  failure.check(lib.rs_torch_model(self.pointer, struct))
end

function Torch:evaluate(eval)
  local status = lib.rs_torch_evaluate(eval, self.pointer)
  failure.check(status, status < 0 and lib.rs_torch_message(self.pointer) or nil)
end

function Torch:labels(list)
  local array, count = integers("labels", list)
  failure.check(lib.rs_torch_labels(self.pointer, array, count),
                lib.rs_torch_message(self.pointer))
end

function Torch:free()
  if self.pointer then
    lib.rs_torch_free(ffi.gc(self.pointer, nil))
  end
  self.pointer = nil
end

return Torch
