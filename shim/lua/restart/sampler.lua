-- SPDX-License-Identifier: MIT
-- The sampler: a network, a plan, and its runs. See init.lua for the options.
--
-- The network is called between two calls of the library (the pull form), never from within C: what
-- it raises comes out as it is, and it may yield when the run is in a coroutine. The one function
-- that C calls is `watch` below, which cannot fail.
local ffi = require "ffi"
require "restart.abi"
local failure = require "restart.failure"
local options = require "restart.options"
local plan = require "restart.plan"
local lib = require("restart.library").functions "restart"

local Sampler = {}
Sampler.__index = Sampler

local OWN = {network = true, like = true, elements = true, batch = true, dtype = true,
             preset = true}
local WHOLE_MOST = 2 ^ 53

-- The step that was just finished. One slot and one callback serve every sampler of this Lua state,
-- which runs one at a time: LuaJIT has few callbacks.
local played = ffi.new "rs_step_info"
local fresh, watching = false, false

-- Keeps the step and stops, so that it is seen before the run goes on.
local function watch(info)
  if not watching then
    return 0
  end
  ffi.copy(played, info, ffi.sizeof(played))
  fresh = true
  return 1
end
local watcher = ffi.cast("rs_progress_fn", watch)

-- Calls that may call `watch`. LuaJIT must not compile them: compiled calls cannot be called back.
local function ask(self)
  return lib.rs_sampler_ask(self.pointer, self.request)
end
local function tell(self)
  return lib.rs_sampler_tell(self.pointer)
end
jit.off(ask)
jit.off(tell)

-- A call with the next finished step, if there is one. Nothing is watched outside of it, so that
-- other samplers and a network's own are left alone.
local function observed(call, self)
  fresh, watching = false, true
  local status = call(self)
  watching = false
  return status, fresh and plan.step(played, self) or nil
end

-- What a status means for a run: itself if it is good, false if it was stopped; raises failures.
local function judged(self, status)
  failure.check(status, status < 0 and lib.rs_sampler_message(self.pointer) or nil)
  return status ~= ffi.C.RS_STOPPED and status
end

-- ---- making one

local function one_seed(seed)
  return ffi.istype("uint64_t", seed) and seed or options.whole("seed", seed, 0, WHOLE_MOST)
end

local function read_seeds(given, batch)
  local seeds, listed = ffi.new("uint64_t[?]", batch), type(given) == "table"
  if listed and #given ~= batch then
    failure.option("%d seeds for %d samples", #given, batch)
  end
  for b = 0, batch - 1 do
    seeds[b] = listed and one_seed(given[b + 1]) or one_seed(given or 0) + b
  end
  return seeds
end

local function open(self, given)
  local struct = ffi.new "rs_sampler_options"
  lib.rs_sampler_options_init_sized(struct, ffi.sizeof(struct))
  local kept = options.model(struct.model, given)
  if self.native then
    self.native:fill(struct)
  else
    struct.elements = options.whole("elements", given.elements, 1, 2 ^ 34)
  end
  struct.batch, struct.dtype = self.batch, self.wide and ffi.C.RS_FLOAT64 or ffi.C.RS_FLOAT32
  struct.progress = watcher
  local message, made = ffi.new("char[300]"), ffi.new "rs_sampler *[1]"
  struct.message, struct.message_capacity = message, ffi.sizeof(message)
  failure.check(lib.rs_sampler_new(struct, made), message)
  self.pointer = ffi.gc(made[0], lib.rs_sampler_free)
  self.elements = tonumber(struct.elements)
  self.held = kept
end

local function wide(dtype)
  if dtype ~= nil and dtype ~= "float32" and dtype ~= "float64" then
    failure.option("dtype is float32 or float64, not %s", tostring(dtype))
  end
  return dtype == "float64"
end

local function native_network(native)
  return function(e)
    native:evaluate(e)
  end
end

-- Plans anew; the run is over.
local function compile(self, given)
  local struct, kept = options.schedule(given, self.native and self.native.schedule)
  judged(self, lib.rs_schedule(self.pointer, struct))
  self.start_kind, self.held = struct.start, kept
  self.x, self.running = nil, false
end

function Sampler.new(given)
  options.known(given, OWN)
  local self, network = setmetatable({}, Sampler), given.network
  self.batch = options.whole("batch", given.batch or 1, 1, 2 ^ 31 - 1)
  self.wide = wide(given.dtype)
  self.native = given.like or type(network) == "table" and network or nil
  self.evaluate = type(network) == "table" and native_network(network) or network
  if self.evaluate ~= nil and type(self.evaluate) ~= "function" then
    failure.option("network is a function, not %s", tostring(network))
  elseif self.native and not (type(self.native) == "table" and self.native.fill) then
    failure.option "network and like are of restart.exemplar or restart.torch"
  elseif self.native and given.elements ~= nil then
    failure.option "elements is what the network says"
  end
  open(self, given)
  self.total = self.batch * self.elements
  self.request = ffi.new "rs_request"
  lib.rs_request_init_sized(self.request, ffi.sizeof(self.request))
  compile(self, given)
  return self
end

function Sampler:schedule(given)
  options.known_schedule(given)
  compile(self, given)
end

-- ---- a run

local function form(self, name)
  return lib[self.wide and name .. "_f64" or name]
end

local function new_array(self)
  return ffi.new(self.wide and "double[?]" or "float[?]", self.total)
end

-- Numbers of the caller's, copied; a list, or an array of C of at least that many.
local function copied(self, name, given)
  local array = new_array(self)
  if type(given) == "table" and #given ~= self.total then
    failure.option("%s has %d numbers, not %d", name, #given, self.total)
  elseif type(given) ~= "table" and type(given) ~= "cdata" then
    failure.option("%s is a list or an array of C, not %s", name, tostring(given))
  end
  local first = type(given) == "table" and 1 or 0
  for i = 0, self.total - 1 do
    array[i] = given[i + first]
  end
  return array
end

local function begin(self, x, status)
  judged(self, status)
  self.x, self.running = x, true
end

function Sampler:start(seeds, x)
  local given = self.start_kind ~= ffi.C.RS_START_NOISE
  if given ~= (x ~= nil) then
    failure.option(given and "x is missing: this start is from a state" or
                   "x is for start = 'keep' or 'picture'")
  end
  local state = given and copied(self, "x", x) or new_array(self)
  local numbers = read_seeds(seeds, self.batch)
  self.running = false
  begin(self, state, form(self, "rs_sampler_start")(self.pointer, state, numbers))
end

function Sampler:ask()
  local answer = judged(self, ask(self))
  if answer == ffi.C.RS_MORE then
    return self.request.eval
  end
  if answer then
    self.running = false
    return nil
  end
  return nil, "stopped"
end

function Sampler:tell()
  return judged(self, tell(self)) and true or false
end

-- The evaluation that is due is made.
local function network(self, eval)
  if not self.evaluate then
    failure.raise(ffi.C.RS_ERR_STATE, "there is no network: use ask and tell")
  end
  self.evaluate(eval, tonumber(eval.batch * eval.elements))
end

function Sampler:resume()
  while true do
    local eval, why = self:ask()
    if not eval then
      return not why and self.x or nil, why
    end
    network(self, eval)
    if not self:tell() then
      return nil, "stopped"
    end
  end
end

function Sampler:sample(seeds, x)
  self:start(seeds, x)
  return self:resume()
end

-- Plays on to the end of the next step; nil at the end of the run, or when it was stopped.
local function next_step(self)
  while true do
    local status, step = observed(ask, self)
    if step then
      return step
    elseif judged(self, status) ~= ffi.C.RS_MORE then
      self.running = status ~= ffi.C.RS_OK
      return nil
    end
    network(self, self.request.eval)
    status, step = observed(tell, self)
    if step then
      return step
    elseif not judged(self, status) then
      return nil
    end
  end
end

function Sampler:steps()
  return next_step, self
end

function Sampler:stop()
  lib.rs_sampler_stop(self.pointer)
end

-- ---- what can be asked

function Sampler:plan()
  return plan.read(self.pointer)
end

function Sampler:counters()
  local struct, counters = ffi.new "rs_counters", {}
  lib.rs_counters_init_sized(struct, ffi.sizeof(struct))
  judged(self, lib.rs_sampler_counters(self.pointer, struct))
  for _, name in ipairs {"nfe_done", "nfe_total", "steps_done", "steps_total", "calls", "memory"} do
    counters[name] = tonumber(struct[name])
  end
  return counters
end

function Sampler:message()
  return ffi.string(lib.rs_sampler_message(self.pointer))
end

function Sampler:free()
  if self.pointer then
    lib.rs_sampler_free(ffi.gc(self.pointer, nil))
  end
  self.pointer, self.x, self.running = nil, nil, false
end

-- ---- checkpoints, inpainting

function Sampler:save()
  local length = ffi.new "size_t[1]"
  lib.rs_sampler_save(self.pointer, nil, 0, length)
  local room = ffi.new("char[?]", math.max(tonumber(length[0]), 1))
  judged(self, lib.rs_sampler_save(self.pointer, room, length[0], length))
  return ffi.string(room, length[0])
end

function Sampler:load(checkpoint)
  local state = new_array(self)
  begin(self, state, form(self, "rs_sampler_load")(self.pointer, checkpoint, #checkpoint, state))
end

function Sampler:inpaint(known, mask)
  local held = {copied(self, "known", known), copied(self, "mask", mask)}
  judged(self, form(self, "rs_sampler_inpaint")(self.pointer, held[1], held[2]))
  self.inpainted = held
end

return Sampler
