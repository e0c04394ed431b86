-- SPDX-License-Identifier: MIT
-- The network made from one picture (librestart-exemplar). See init.lua for the options.
local ffi = require "ffi"
local abi = require "restart.abi"
local failure = require "restart.failure"
local options = require "restart.options"
local lib = require("restart.library").functions "restart-exemplar"

local Exemplar = {}
Exemplar.__index = Exemplar

local FIELDS = {"channels", "height", "width", "output_height", "output_width"}
local REQUIRED = {channels = true, height = true, width = true}
local KNOWN = {pixels = true, patches = true, channels = true, height = true, width = true,
               output_height = true, output_width = true, search = true}

-- An array of rs_exemplar_patch from {{sigma, side}, ...}.
local function read_patches(list)
  local array = ffi.new("rs_exemplar_patch[?]", math.max(#list, 1))
  for i, patch in ipairs(list) do
    array[i - 1].sigma = patch[1]
    array[i - 1].side = options.whole("patches[" .. i .. "][2]", patch[2], 1, 63)
  end
  return array, #list
end

local function read_pixels(struct, pixels)
  if type(pixels) == "cdata" then
    return pixels
  end
  local array, count = options.array("pixels", pixels, "float")
  local wanted = struct.channels * struct.height * struct.width
  if count ~= wanted then
    failure.option("pixels has %d numbers, not %d", count, wanted)
  end
  return array
end

function Exemplar.new(given)
  for name in pairs(given) do
    if not KNOWN[name] then
      failure.option("there is no option %q of an exemplar", tostring(name))
    end
  end
  local struct, self = ffi.new "rs_exemplar_options", setmetatable({}, Exemplar)
  lib.rs_exemplar_options_init_sized(struct, ffi.sizeof(struct))
  for _, name in ipairs(FIELDS) do
    if REQUIRED[name] or given[name] then
      struct[name] = options.whole(name, given[name], 1, 4096)
    end
  end
  local pixels, patches = read_pixels(struct, given.pixels), nil
  struct.pixels = pixels
  if given.patches then
    patches, struct.patch_count = read_patches(given.patches)
    struct.patches = patches
  end
  if given.search then
    struct.search = options.constant("search", given.search, "RS_EXEMPLAR_", abi.exemplar)
  end
  local made = ffi.new "rs_exemplar *[1]"
  failure.check(lib.rs_exemplar_new(struct, made))
  self.pointer = ffi.gc(made[0], lib.rs_exemplar_free)
  self.channels = struct.channels
  self.height = given.output_height or struct.height
  self.width = given.output_width or struct.width
  self.held = {pixels, patches}
  return self
end

-- Sets what it knows in rs_sampler_options.
function Exemplar:fill(struct)
  failure.check(lib.rs_exemplar_model(self.pointer, struct))
end

-- Sets the schedule that suits it.
function Exemplar.schedule(struct)
  failure.check(lib.rs_exemplar_schedule(struct))
end

function Exemplar:evaluate(eval)
  failure.check(lib.rs_exemplar_denoise(eval, self.pointer))
end

function Exemplar:free()
  if self.pointer then
    lib.rs_exemplar_free(ffi.gc(self.pointer, nil))
  end
  self.pointer = nil
end

return Exemplar
