-- SPDX-License-Identifier: MIT
--
-- librestart for LuaJIT: Restart sampling for diffusion models. FFI and nothing else; for LOVE and
-- for plain luajit. restart.h is the manual of what the options mean, docs/love.md a first read.
--
--     local restart = require "restart"
--     local sampler = restart.sampler {network = network, elements = 8, preset = "cifar10-vp-43"}
--     local x = sampler:sample(7)
--
-- Arrays are arrays of C: they count from 0 and know no length. Failures are raised: a table
-- {status = -8, name = "RS_ERR_GRID", message = "..."} that reads as its sentence. A sampler
-- belongs to the Lua state that made it; states in different threads work side by side.
local ffi = require "ffi"
require "restart.abi"
local Exemplar = require "restart.exemplar"
local Sampler = require "restart.sampler"
local Torch = require "restart.torch"
local failure = require "restart.failure"
local library = require "restart.library"
local options = require "restart.options"
local lib = library.functions "restart"

local restart = {}

-- restart.use(place): the library to load, or its folder; before anything else. library.lua says
-- where it is looked for otherwise.
restart.use = library.use

-- The version of the library that is running, e.g. "1.2.3".
function restart.version()
  return ffi.string(lib.rs_version_string())
end

-- restart.sampler(options): a sampler, with its plan. Options:
--   network   function(e, n): fills e.output from e.input, n numbers each, batch x elements. e is
--             the rs_eval (e.sigma, e.time, e.pass, ...), valid until the function returns; with
--             dtype "float64" e.input_f64 and e.output_f64. It may raise errors and, when the run
--             is in a coroutine, yield. Or a restart.exemplar or restart.torch. nil: ask and tell
--             only
--   elements  numbers a sample; required, except where the network says it
--   like      an exemplar or TorchScript file that a network of yours calls by its evaluate(e):
--             elements, model and schedule are its
--   batch     samples drawn together; default 1
--   dtype     "float32" (default) or "float64"
--   preset    a published schedule; with "a1111" `steps` is its budget
-- and the fields of rs_model and rs_schedule_options by their names, constants by name in lower
-- case; nil is the default, 0 means 0:
--   process = "discrete", prediction = "eps", steps = 20, solver = "heun", segments = "[4,3,2,24]"
-- Raises RS_ERR_OPTION, RS_ERR_NAME, RS_ERR_SYNTAX, RS_ERR_GRID, RS_ERR_SEGMENT_..., RS_ERR_BUDGET,
-- RS_ERR_MEMORY.
--
-- A sampler has
--   :sample(seeds, x)     a whole run. Returns the samples, float[batch * elements], the run's own
--                         array; or nil and "stopped". seeds: a list, or one number that counts up
--                         (default 0), below 2^53 or of the type uint64_t. x: the state or picture
--                         of start = "keep" or "picture", a list or an array, copied
--   :start(seeds, x)      begins a run; :resume() plays it to its end and returns as sample. After
--                         an error or a stop it repeats the evaluation that failed and goes on
--   :steps()              for step in sampler:steps() do: plays the run that was started step by
--                         step. Leaving the loop pauses it; when it ends by a stop, running is
--                         true. A step has the fields of rs_step_info, kind "main", "jump" or
--                         "restart", and copies of the state and of the denoised estimate (nil for
--                         a jump)
--   :ask(), :tell()       the pull form: the evaluation that is wanted (an rs_eval, valid until
--                         tell), or nil at the end, or nil and "stopped"; tell says that its output
--                         is there, and returns false when the run was stopped
--   :stop()               asks the run to stop, also from within the network; exactly one call
--                         answers it
--   :save(), :load(text)  a checkpoint, at any evaluation or between two; with a sampler of the
--                         same options, in any process, resume continues with the same bits
--   :inpaint(known, mask) before start, with inpaint = true: lists or arrays, copied
--   :schedule(options)    another plan; on failure the earlier one stays, with its run
--   :plan()               the steps, {nfe = evaluations, ...}; tostring gives the table for people
--   :counters()           nfe_done, nfe_total, steps_done, steps_total, calls, memory
--   :message()            the library's sentence about the last call
--   :free()               gives the memory back at once, not when garbage is collected
--   .x, .running          the state of the run; whether one was begun and is not over
restart.sampler = Sampler.new

-- restart.exemplar(options): a network made from one picture. It serves one sampler.
--   pixels                       channels x height x width numbers in [-1, 1], plane after plane:
--                                a list, or an array of C of that length
--   channels, height, width      required
--   output_height, output_width  of the pictures to make; default the exemplar's
--   patches                      {{sigma, side}, ...}; default the built-in rule
--   search                       "exact", the default, or "shortlist": many times faster for
--                                large pictures (docs/exemplar.md)
-- It has channels, height and width of what it makes, :evaluate(e), :free().
-- Raises RS_ERR_OPTION, RS_ERR_MEMORY, RS_ERR_NONFINITE.
restart.exemplar = Exemplar.new

-- restart.torch(options): a TorchScript file as network. It serves one sampler, and is a program:
-- load only files that you would run. librestart-torch is loaded here, not before.
--   path                         required
--   device, method, dtype, time_dtype, threads, shape, labels, label_for_none, batch_limit
--                                as in rs_torch_options (torch.h); shape and labels are lists.
--                                Extra tensors are not offered here
-- It has shape, :evaluate(e), :labels(list) for other labels (of nothing: none), :free().
-- Raises RS_ERR_OPTION, RS_ERR_NAME, RS_ERR_SYNTAX, RS_ERR_MEMORY.
restart.torch = Torch.new

local function listed(at)
  local list, entry = {}, ffi.new "rs_entry"
  for i = 0, math.huge do
    lib.rs_entry_init_sized(entry, ffi.sizeof(entry))
    if at(i, entry) < 0 then
      return list
    end
    list[i + 1] = {name = ffi.string(entry.name), summary = ffi.string(entry.summary),
                   order = entry.order, stochastic = entry.stochastic ~= 0}
  end
end

-- Every solver, every grid: lists of {name, summary, order, stochastic}.
function restart.solvers()
  return listed(lib.rs_solver_at)
end
function restart.grids()
  return listed(lib.rs_grid_at)
end

-- The names of the presets.
function restart.presets()
  local list = {}
  while lib.rs_preset_name(#list) ~= nil do
    list[#list + 1] = ffi.string(lib.rs_preset_name(#list))
  end
  return list
end

-- Segments {{n, K, t_min, t_max}, ...} from "[n,K,t_min,t_max], ..." or from the JSON of the
-- paper's program. Raises RS_ERR_SYNTAX, with the position; RS_ERR_SEGMENT_COUNTS.
function restart.parse_segments(text)
  local array, count = options.segments(text)
  local list = {}
  for i = 1, count do
    local s = array[i - 1]
    list[i] = {s.points, s.iterations, s.t_min, s.t_max}
  end
  return list
end

-- Their text, form "list" (default) or "json"; read again it gives the same bits.
function restart.format_segments(segments, form)
  local array, count = options.segments(segments)
  local length = ffi.new "size_t[1]"
  local number = options.constant("form", form or "list", "RS_TEXT_")
  lib.rs_segments_format(array, count, number, nil, 0, length)
  local room = ffi.new("char[?]", tonumber(length[0]) + 1)
  failure.check(lib.rs_segments_format(array, count, number, room, length[0] + 1, length))
  return ffi.string(room)
end

return restart
