-- SPDX-License-Identifier: MIT
-- What a network is and how it is sampled: the fields of rs_model and rs_schedule_options from a
-- Lua table. nil is the library's default, which is written at the field in restart.h; 0 means 0.
local ffi = require "ffi"
local abi = require "restart.abi"
local failure = require "restart.failure"
local lib = require("restart.library").functions "restart"

local options = {}

-- What a field takes. A text ending in _ is an enumeration, given by name ("vp") or number.
--   number   0 in the struct is a default that is not 0, so 0 is refused
--   real     0 is a value
--   factor   0 is a value which the struct reads as 1; stored as TINY
--   whole    a whole number, not 0
--   flag     true or false
--   list     numbers; the count goes to the field named beside it
local TINY = 1e-30
local MODEL = {
  prediction = "RS_PREDICT_", process = "RS_PROCESS_", time = "RS_TIME_", betas = "RS_BETAS_",
  guidance = "RS_GUIDANCE_", clip = "RS_CLIP_", beta_min = "number", beta_max = "number",
  table_count = "whole", alpha_bar = {"list", "table_count"}, sigma_data = "number",
  aux_dimensions = "number", guidance_weight = "factor", guidance_rescale = "real",
  guidance_min = "real", guidance_max = "number", clip_low = "real", clip_high = "real",
  clip_quantile = "number",
}
local SCHEDULE = {
  grid = "grid", ["end"] = "RS_END_", steps = "whole", solver = "solver",
  restart_solver = "solver", meet = "RS_MEET_", sigma_min = "number", sigma_max = "number",
  rho = "number", sigmas = {"list", "sigma_count"}, segments = "segments", s_noise = "factor",
  s_churn = "real", s_min = "real", s_max = "number", restart_gamma = "real", start = "RS_START_",
  solver_order = "whole", eta = "factor", strength = "number", budget = "whole", inpaint = "flag",
  shift = "number", spacing = "RS_SPACING_", snap = "flag",
}

local function refuse_kind(name, wanted, value)
  failure.option("%s is %s, not %s", name, wanted, tostring(value))
end

-- A Lua number or a 64-bit integer of LuaJIT, that is whole, within [low, high]. Raises
-- RS_ERR_OPTION, with the name.
function options.whole(name, value, low, high)
  local number = type(value) == "number" and value or
    (type(value) == "cdata" and tonumber(value)) or nil
  if not number or number < low or number > high or number ~= math.floor(number) then
    refuse_kind(name, ("a whole number from %.0f to %.0f"):format(low, high), value)
  end
  return value
end

-- The words of an enumeration in the declarations, in lower case.
local function words_of(text, prefix)
  local words = {}
  for word in text:gmatch(prefix .. "([%w_]+) = ") do
    words[#words + 1] = word:lower()
  end
  return words
end

-- A constant by name or number. prefix: "RS_PROCESS_". Raises RS_ERR_OPTION, with the names.
function options.constant(name, value, prefix, text)
  local words = words_of(text or abi.restart, prefix)
  for _, word in ipairs(words) do
    local number = ffi.C[prefix .. word:upper()]
    if value == number or (type(value) == "string" and value:lower():gsub("-", "_") == word) then
      return number
    end
  end
  refuse_kind(name, "one of " .. table.concat(words, ", "), value)
end

-- A solver or a grid, by any name that the library knows or by its number.
local function listed(name, value, kind)
  local number = ffi.new "int32_t[1]"
  if type(value) == "number" then
    return options.whole(name, value, 0, 2 ^ 31 - 1)
  end
  local given = type(value) == "string" and value:lower() or ""
  if kind == "solver" and given == "default" then
    return 0
  end
  if lib["rs_" .. kind .. "_named"](given, number) < 0 then
    failure.raise(ffi.C.RS_ERR_NAME, ("there is no %s %q"):format(kind, tostring(value)))
  end
  return number[0]
end

local function real(name, value, kind)
  if type(value) ~= "number" then
    refuse_kind(name, "a number", value)
  elseif value == 0 and kind == "number" then
    failure.option("%s cannot be 0; nil is its default", name)
  end
  return value == 0 and kind == "factor" and TINY or value
end

local function flag(name, value)
  if type(value) ~= "boolean" then
    refuse_kind(name, "true or false", value)
  end
  return value and 1 or 0
end

-- An array of C from a list of Lua numbers, and how many. Raises RS_ERR_OPTION.
function options.array(name, value, element)
  if type(value) ~= "table" then
    refuse_kind(name, "a list of numbers", value)
  end
  for i, number in ipairs(value) do
    if type(number) ~= "number" then
      refuse_kind(("%s[%d]"):format(name, i), "a number", number)
    end
  end
  return ffi.new(element .. "[?]", math.max(#value, 1), value), #value
end

local function parse_segments(text)
  local why, count = ffi.new "rs_text_error", ffi.new "size_t[1]"
  local _, most = text:gsub("%[", "")
  local room = ffi.new("rs_segment[?]", most + 1)
  local status = lib.rs_segments_parse(text, room, most + 1, count, why)
  if status < 0 then
    failure.raise(status, ("segments: %s (at position %d)"):format(ffi.string(why.message),
                                                                   tonumber(why.position)))
  end
  return room, tonumber(count[0])
end

local function segment_fields(index, segment)
  local name = "segments[" .. index .. "]"
  if type(segment) ~= "table" or #segment ~= 4 then
    refuse_kind(name, "{points, iterations, t_min, t_max}", segment)
  end
  return {options.whole(name .. "[1]", segment[1], -2 ^ 31, 2 ^ 31 - 1),
          options.whole(name .. "[2]", segment[2], -2 ^ 31, 2 ^ 31 - 1),
          real(name .. "[3]", segment[3]), real(name .. "[4]", segment[4])}
end

-- An array of rs_segment and its length from "[n,K,t_min,t_max], ...", from the JSON of the paper's
-- program, or from a list {{n, K, t_min, t_max}, ...}. Raises RS_ERR_SYNTAX, with the position;
-- RS_ERR_SEGMENT_COUNTS; RS_ERR_OPTION.
function options.segments(value)
  if type(value) == "string" then
    return parse_segments(value)
  elseif type(value) ~= "table" then
    refuse_kind("segments", "a text or a list", value)
  end
  local room = ffi.new("rs_segment[?]", math.max(#value, 1))
  for i, segment in ipairs(value) do
    room[i - 1] = ffi.new("rs_segment", segment_fields(i, segment))
  end
  return room, #value
end

-- Writes one field. Returns what must live as long as the struct is read, or nil.
local function set(struct, name, value, kind)
  if kind == "segments" then
    local array, count = options.segments(value)
    struct.segments, struct.segment_count = array, count
    return array
  elseif type(kind) == "table" then
    local array, count = options.array(name, value, "double")
    struct[name], struct[kind[2]] = array, count
    return array
  elseif kind:sub(-1) == "_" then
    struct[name] = options.constant(name, value, kind)
  elseif kind == "solver" or kind == "grid" then
    struct[name] = listed(name, value, kind)
  elseif kind == "whole" then
    struct[name] = options.whole(name, value, 1, 2 ^ 31 - 1)
  elseif kind == "flag" then
    struct[name] = flag(name, value)
  else
    struct[name] = real(name, value, kind)
  end
end

local function fill(struct, given, fields, kept)
  for name, kind in pairs(fields) do
    if given[name] ~= nil then
      kept[#kept + 1] = set(struct, name, given[name], kind)
    end
  end
  return kept
end

-- Raises RS_ERR_OPTION for a name that is in none of the lists: a typing mistake.
function options.known(given, more)
  for name in pairs(given) do
    if not (MODEL[name] or SCHEDULE[name] or more[name]) then
      failure.option("there is no option %q", tostring(name))
    end
  end
end

-- The same where only a schedule is asked for.
function options.known_schedule(given)
  for name in pairs(given) do
    if not SCHEDULE[name] and name ~= "preset" then
      failure.option("there is no option %q of a schedule", tostring(name))
    end
  end
end

-- The fields of rs_model. Returns what the struct points to.
function options.model(struct, given)
  local kept = fill(struct, given, MODEL, {})
  if given.alpha_bar and not given.betas then
    struct.betas = ffi.C.RS_BETAS_TABLE
  end
  return kept
end

-- rs_schedule_options of a preset, or of base(struct), with the fields given. Returns it and what
-- it points to. The budget of the preset "a1111" is its `steps`.
function options.schedule(given, base)
  local struct, steps = ffi.new "rs_schedule_options", given.steps
  lib.rs_schedule_options_init_sized(struct, ffi.sizeof(struct))
  if given.preset then
    struct.steps = steps and options.whole("steps", steps, 1, 2 ^ 31 - 1) or 0
    local status = lib.rs_preset(tostring(given.preset), struct)
    if status < 0 then
      failure.raise(status, ("preset %q: %s"):format(tostring(given.preset),
                                                     ffi.string(lib.rs_status_text(status))))
    end
  elseif base then
    base(struct)
  end
  local planned = struct.steps
  local kept = fill(struct, given, SCHEDULE, {})
  if given.preset == "a1111" then
    struct.steps = planned
  end
  if given.sigmas and not given.grid then
    struct.grid = ffi.C.RS_GRID_SIGMAS
  end
  return struct, kept
end

return options
