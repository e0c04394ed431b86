-- SPDX-License-Identifier: MIT
-- luajit units.lua MODULES: the Lua face of librestart. MODULES: the folder tests/torch/modules, or
-- nothing if there is no librestart-torch. Ends with a status.
local ffi = require "ffi"
local restart = require "restart"

local MODULES = arg[1]
local PRESET, N, BATCH = "cifar10-vp-43", 7, 3
local failed, checked = 0, 0

local function check(good, sentence)
  checked = checked + 1
  if not good then
    failed = failed + 1
    print(debug.traceback("FAILED: " .. sentence, 2))
  end
end

-- What a call raises, which must have that status's name, and a sentence with those words.
local function refused(name, words, call, ...)
  local good, why = pcall(call, ...)
  local fits = not good and type(why) == "table" and why.name == name and
    why.message:find(words, 1, true)
  check(fits, ("%s with '%s' was wanted, not %s"):format(name, words, tostring(why)))
end

-- Contracts towards 0: the samples are never the same for two seeds.
local function gauss(e, n)
  local c = 1 / (1 + e.sigma * e.sigma)
  for i = 0, n - 1 do
    e.output[i] = c * e.input[i]
  end
end

local function sampler(more)
  local options = {network = gauss, elements = N, batch = BATCH, preset = PRESET}
  for name, value in pairs(more or {}) do
    options[name] = value
  end
  return restart.sampler(options)
end

local function bits(x, count)
  return ffi.string(x, (count or N * BATCH) * 4)
end

local SEEDS = {5, 6, 0xffffffffffffffffULL}
local WANTED = bits(sampler():sample(SEEDS))

local tests = {}

function tests.same_bits_whichever_way()
  local s = sampler()
  check(bits(s:sample(SEEDS)) == WANTED and not s.running, "sampled again")
  s:start(SEEDS)
  local count, jumps = 0, 0
  for step in s:steps() do
    count = count + 1
    jumps = jumps + (step.kind == "jump" and 1 or 0)
    check((step.denoised == nil) == (step.kind == "jump"), "estimates of all but jumps")
    check(step.index == count - 1 and bits(step.state) == bits(s.x), "the state of a step")
  end
  check(bits(s.x) == WANTED and count == #s:plan() and jumps == 2, "step by step")
  s:start(SEEDS)
  local e, calls = s:ask(), 0
  while e do
    gauss(e, N * BATCH)
    check(s:tell(), "tell")
    e, calls = s:ask(), calls + 1
  end
  check(bits(s.x) == WANTED and calls == s:plan().nfe and not s.running, "pulled")
  for b = 1, BATCH do
    local one = sampler({batch = 1}):sample(SEEDS[b])
    check(bits(one, N) == WANTED:sub((b - 1) * N * 4 + 1, b * N * 4), "alone")
  end
end

function tests.seeds_count_up()
  local listed = bits(sampler():sample {0, 1, 2})
  check(bits(sampler():sample()) == listed and bits(sampler():sample(0)) == listed, "from 0")
  check(bits(sampler():sample(5LL)) == bits(sampler():sample {5, 6, 7ULL}), "from 5")
  refused("RS_ERR_OPTION", "2 seeds for 3 samples", sampler().sample, sampler(), {1, 2})
  refused("RS_ERR_OPTION", "seed is a whole number", sampler().sample, sampler(), 0.5)
  refused("RS_ERR_OPTION", "seed is a whole number", sampler().sample, sampler(), -1)
  refused("RS_ERR_OPTION", "seed is a whole number", sampler().sample, sampler(), "one")
end

function tests.a_loop_that_is_left_pauses()
  local s = sampler()
  s:start(SEEDS)
  for step in s:steps() do
    if step.index == 9 then
      break
    end
  end
  check(s.running and s:counters().steps_done == 10, "paused")
  check(bits(s:resume()) == WANTED, "and went on")
end

function tests.the_network_may_yield()
  local s
  s = sampler {network = function(e, n)
    coroutine.yield(e.sigma)
    gauss(e, n)
  end}
  local routine, turns = coroutine.wrap(function() return s:sample(SEEDS) end), 0
  local x = routine()
  while type(x) == "number" do
    turns, x = turns + 1, routine()
  end
  check(turns == s:plan().nfe and bits(x) == WANTED, "a network that yields")
end

-- A network that does something once, in its call number `call`.
local function at_call(call, what)
  local calls = 0
  return function(e, n)
    calls = calls + 1
    if calls == call then
      what(e, n)
    end
    gauss(e, n)
  end
end

function tests.what_a_network_raises_comes_out()
  local mine = {}
  local s = sampler {network = at_call(20, function() error(mine) end)}
  local good, why = pcall(s.sample, s, SEEDS)
  check(not good and why == mine and s.running, "the very error")
  check(bits(s:resume()) == WANTED, "the evaluation is repeated")
  s:start(SEEDS)
  s = sampler {network = at_call(20, function() error(mine) end)}
  s:start(SEEDS)
  good, why = pcall(function() for _ in s:steps() do end end)
  check(not good and why == mine and bits(s:resume()) == WANTED, "in steps")
end

function tests.stop_is_answered_once()
  local s
  s = sampler {network = at_call(20, function() s:stop() s:stop() end)}
  local x, why = s:sample(SEEDS)
  check(x == nil and why == "stopped" and s.running, "stopped")
  check(s:counters().nfe_done == 20, "after the evaluation")
  check(bits(s:resume()) == WANTED, "resumed")
  s:stop()
  x, why = s:sample(SEEDS)
  check(x == nil and why == "stopped" and bits(s:resume()) == WANTED, "before the run")
  local seen = 0
  s:start(SEEDS)
  for step in s:steps() do
    seen = seen + 1
    if step.index == 4 then
      s:stop()
    end
  end
  check(seen == 5 and s.running and bits(s:resume()) == WANTED, "in steps")
  s:start(SEEDS)
  s:stop()
  local e
  e, why = s:ask()
  check(e == nil and why == "stopped" and s:ask() ~= nil, "ask")
  gauss(s:ask(), N * BATCH)
  s:stop()
  check(not s:tell() and bits(s:resume()) == WANTED, "tell")
end

function tests.checkpoints()
  local s, saved
  s = sampler {network = at_call(20, function() saved = s:save() end)}
  s:sample(SEEDS)
  local other = sampler()
  other:load(saved)
  check(other:counters().nfe_done == 19 and bits(other:resume()) == WANTED, "loaded")
  s:start(SEEDS)
  refused("RS_ERR_CHECKPOINT", "", s.load, s, saved:sub(1, 40) .. "?" .. saved:sub(42))
  refused("RS_ERR_MISMATCH", "", s.load, sampler {batch = 2}, saved)
  check(s.running and bits(s:resume()) == WANTED, "nothing changed")
  refused("RS_ERR_STATE", "before", s.save, sampler())
end

function tests.failures_of_a_run()
  local s = sampler {network = at_call(4, function(e) e.input = nil end)}
  check(not pcall(s.sample, s), "e is constant")
  s = sampler {network = function(e, n)
    gauss(e, n)
    e.output[0] = 0 / 0
  end}
  refused("RS_ERR_NONFINITE", "not finite", s.sample, s)
  refused("RS_ERR_STATE", "no network", s.sample,
          restart.sampler {elements = 2, preset = PRESET})
  refused("RS_ERR_STATE", "before rs_sampler_start", s.resume, sampler())
  refused("RS_ERR_STATE", "nothing was asked for", function()
    local pulled = sampler()
    pulled:start()
    pulled:tell()
  end)
  s = sampler()
  s:free()
  refused("RS_ERR_ARGUMENT", "", s.sample, s)
  s:free()
end

function tests.options_that_cannot_be()
  local function no(words, more)
    refused("RS_ERR_OPTION", words, sampler, more)
  end
  no('no option "stepz"', {stepz = 3})
  local made = sampler {}
  for name, value in pairs {batch = 2, elements = 3, prediction = "eps", stepz = 3} do
    refused("RS_ERR_OPTION", ("no option %q of a schedule"):format(name), made.schedule, made,
      {[name] = value})
  end
  no("steps is a whole number", {steps = 2.5})
  no("steps is a whole number", {steps = "many"})
  no("steps is a whole number", {steps = 0})
  no("sigma_max is a number", {sigma_max = "80"})
  no("sigma_max cannot be 0", {sigma_max = 0})
  no("process is one of ve, vp, discrete, iddpm, flow, pfgmpp", {process = "vq"})
  no("process is one of", {process = 17})
  no("inpaint is true or false", {inpaint = 1})
  no("sigmas is a list", {sigmas = 3})
  no("sigmas[2] is a number", {sigmas = {1, "x"}})
  no("segments is a text or a list", {segments = 3})
  no("segments[1] is {points", {segments = {{1, 2}}})
  no("segments[1][1] is a whole number", {segments = {{2.5, 1, 1, 2}}})
  no("dtype is float32 or float64", {dtype = "float16"})
  no("network is a function", {network = 3})
  no("network and like", {network = {}})
  no("network and like", {like = 3})
  no("batch is a whole number", {batch = 0})
  no("elements is a whole number", {elements = -1})
  refused("RS_ERR_OPTION", "elements is a whole number", restart.sampler, {})
  refused("RS_ERR_NAME", 'no solver "vq"', sampler, {solver = "vq"})
  refused("RS_ERR_NAME", 'no grid "vq"', sampler, {grid = "vq"})
  refused("RS_ERR_NAME", 'preset "vq"', sampler, {preset = "vq"})
  refused("RS_ERR_SYNTAX", "at position", sampler, {segments = "[4,"})
  refused("RS_ERR_SEGMENT_COUNTS", "at position", sampler, {segments = "[1,2,3,4]"})
  refused("RS_ERR_GRID", "decreasing", sampler, {sigmas = {1, 2, 3}})
end

function tests.schedules()
  local s = sampler()
  check(s:plan().nfe == 43 and #s:plan() == 24, "the preset's plan")
  check(tostring(s:plan()):find("43", 1, true), "its text")
  check(s:plan()[1].sigma_from == 80 and s:plan()[1].state == nil, "its first step")
  s:schedule {steps = 5, solver = "euler", segments = {{3, 2, 1, 4}}}
  check(s:plan().nfe == 5 + 2 * 2, "another")
  refused("RS_ERR_SEGMENT_INVERTED", "", s.schedule, s, {segments = {{3, 2, 4, 1}}})
  check(s:plan().nfe == 9, "the earlier plan stays")
  check(s:sample(SEEDS) ~= nil, "and runs")
  s:schedule {preset = "a1111", steps = 40}
  check(s:plan().nfe == 79, "a1111 takes its steps")
  s:schedule {sigmas = {4, 2, 1, 0}, solver = 1}
  check(s:plan().nfe == 3 and s:plan()[2].sigma_from == 2, "levels of one's own")
  s:schedule {steps = 4, solver = "Euler-A", eta = 0, s_noise = 0, segments = ""}
  local quiet = bits(s:sample(SEEDS))
  s:schedule {steps = 4, solver = "euler", ["end"] = "zero"}
  check(s:plan().nfe == 4, "Euler")
  check(quiet ~= WANTED, "0 means 0")
end

function tests.eta_0_is_no_noise()
  local function ends(more)
    more.preset, more.steps = nil, 6
    more.network, more.elements = gauss, N
    return restart.sampler(more):sample(3)
  end
  local plain, none = ends {solver = "euler"}, ends {solver = "euler_ancestral", eta = 0}
  local noisy = ends {solver = "euler_ancestral"}
  check(math.abs(plain[0] - none[0]) < 1e-5, "eta = 0 is Euler's method")
  check(math.abs(plain[0] - noisy[0]) > 1e-3, "eta is 1 by default")
end

function tests.starts()
  local picture = {}
  for i = 1, N * BATCH do
    picture[i] = 0.1 * i
  end
  local s = sampler {start = "picture", strength = 0.5}
  refused("RS_ERR_OPTION", "x is missing", s.sample, s, SEEDS)
  refused("RS_ERR_OPTION", "x has 2 numbers", s.sample, s, SEEDS, {1, 2})
  refused("RS_ERR_OPTION", "x is a list or an array", s.sample, s, SEEDS, 3)
  local first = bits(s:sample(SEEDS, picture))
  local array = ffi.new("float[?]", #picture, picture)
  check(bits(s:sample(SEEDS, array)) == first and first ~= WANTED, "from a picture")
  check(array[0] == ffi.new("float", 0.1), "which is copied")
  s = sampler()
  refused("RS_ERR_OPTION", "x is for", s.sample, s, SEEDS, picture)
  s = sampler {inpaint = true}
  refused("RS_ERR_STATE", "rs_sampler_inpaint was not called", s.sample, s, SEEDS)
  local mask = {}
  for i = 1, N * BATCH do
    mask[i] = i % 2
  end
  s:inpaint(picture, mask)
  collectgarbage()
  local x, held = s:sample(SEEDS), true
  for i = 0, N * BATCH - 1, 2 do
    held = held and math.abs(x[i] - picture[i + 1]) < 1e-6
  end
  check(held, "inpainted")
end

function tests.float64()
  local s = sampler {dtype = "float64", network = function(e, n)
    for i = 0, n - 1 do
      e.output_f64[i] = e.input_f64[i] / (1 + e.sigma * e.sigma)
    end
  end}
  local x, near = s:sample(SEEDS), true
  local narrow = sampler():sample(SEEDS)
  for i = 0, N * BATCH - 1 do
    near = near and math.abs(x[i] - narrow[i]) < 1e-5
  end
  check(near and tostring(ffi.typeof(x)):find "double", "float64")
  s:start(SEEDS)
  for step in s:steps() do
    check(not step.denoised or step.denoised[0] == step.denoised[0], "its steps")
  end
  check(x ~= s.x and ffi.string(x, 8 * N) == ffi.string(s.x, 8 * N), "a run's own array")
end

function tests.lists()
  local solvers, found = restart.solvers(), false
  for _, solver in ipairs(solvers) do
    found = found or (solver.name == "heun" and solver.order == 2 and not solver.stochastic)
  end
  check(found and #solvers >= 28 and #restart.grids() >= 16, "solvers and grids")
  check(table.concat(restart.presets(), " "):find(PRESET, 1, true), "presets")
  check(restart.version():match "^%d+%.%d+%.%d+$", "the version")
  local segments = restart.parse_segments '{"0": [4,3,0.1,24]}'
  check(restart.format_segments(segments) == "[4,3,0.1,24]", "segments")
  check(restart.format_segments("[4,3,0.1,24]", "json") == '{"0": [4,3,0.1,24]}', "as JSON")
  check(#restart.parse_segments "" == 0 and restart.format_segments {} == "", "none")
end

-- LuaJIT crashes when a call that it has compiled calls back, and has room for some hundred
-- callbacks.
function tests.hot_loops_and_many_samplers()
  local s, last = sampler {batch = 1, elements = 1, steps = 3, segments = ""}
  for seed = 1, 400 do
    s:start(seed)
    for step in s:steps() do
      last = step
    end
    s:sample(seed)
  end
  check(last.index == 2, "hot loops")
  for _ = 1, 3000 do
    last = sampler {batch = 1, elements = 1}
  end
  collectgarbage()
  check(last:sample() ~= nil, "many samplers")
end

function tests.two_at_once()
  local a, b = sampler(), sampler {batch = 1}
  a:start(SEEDS)
  local inner = 0
  local outer = sampler {network = function(e, n)
    b:start(5)
    for _ in b:steps() do
      inner = inner + 1
    end
    gauss(e, n)
  end}
  outer:start(SEEDS)
  local count = 0
  for _ in outer:steps() do
    count = count + 1
  end
  check(count == 24 and bits(outer.x) == WANTED, "a sampler within a network")
  check(inner == 24 * outer:plan().nfe and bits(a:resume()) == WANTED, "all of them")
end

-- ---- native networks

local function stripes()
  local pixels = {}
  for i = 0, 63 do
    pixels[i + 1] = i % 4 < 2 and -0.5 or 0.5
  end
  return pixels
end

local function exemplar(more)
  local options = {pixels = stripes(), channels = 1, height = 8, width = 8}
  for name, value in pairs(more or {}) do
    options[name] = value
  end
  return restart.exemplar(options)
end

function tests.exemplar()
  local e = exemplar {output_width = 12}
  check(e.channels == 1 and e.height == 8 and e.width == 12, "its sizes")
  local s = restart.sampler {network = e}
  check(s.elements == 96 and s:plan().nfe == 37, "what it knows")
  local x, near = s:sample(4), 0
  for i = 0, 95 do
    near = near + (math.abs(math.abs(x[i]) - 0.5) < 0.05 and 1 or 0)
  end
  check(near > 90, "stripes again: " .. near)
  local calls = 0
  local like = restart.sampler {like = e, network = function(eval)
    calls = calls + 1
    e:evaluate(eval)
  end}
  check(bits(like:sample(4), 96) == bits(x, 96) and calls == 37, "through Lua")
  local array = ffi.new("float[?]", 64, stripes())
  local same = restart.sampler {network = exemplar {pixels = array, output_width = 12}}
  check(bits(same:sample(4), 96) == bits(x, 96), "from an array")
  check(restart.sampler {network = e, segments = ""}:plan().nfe == 19, "the plain ODE")
  local brief = restart.sampler {network = exemplar {search = "shortlist"}, steps = 3}
  brief:sample()
  local patched = restart.sampler {network = exemplar {patches = {{2, 5}, {0, 3}}}, steps = 3}
  check(patched:sample(4) ~= nil, "with patches")
end

function tests.exemplars_that_cannot_be()
  refused("RS_ERR_OPTION", 'no option "wide"', exemplar, {wide = 3})
  refused("RS_ERR_OPTION", "pixels has 2 numbers, not 64", exemplar, {pixels = {1, 2}})
  refused("RS_ERR_OPTION", "search is one of exact, shortlist", exemplar, {search = "fast"})
  refused("RS_ERR_OPTION", "pixels is a list", exemplar, {pixels = 3})
  refused("RS_ERR_OPTION", "height is a whole number", exemplar, {height = 8.5})
  refused("RS_ERR_OPTION", "patches[1][2] is a whole number", exemplar, {patches = {{0, 90}}})
  refused("RS_ERR_OPTION", "", exemplar, {patches = {{0, 4}}})
  refused("RS_ERR_OPTION", "", exemplar, {channels = 64, height = 1, width = 1})
  refused("RS_ERR_NONFINITE", "", exemplar, {pixels = ffi.new("float[?]", 64, 0 / 0)})
  refused("RS_ERR_OPTION", "elements is what", restart.sampler,
          {network = exemplar(), elements = 4})
  local e = exemplar()
  e:free()
  refused("RS_ERR_ARGUMENT", "", restart.sampler, {network = e})
  local gone = exemplar()
  local s = restart.sampler {network = gone}
  gone:free()
  refused("RS_ERR_ARGUMENT", "", s.sample, s)
end

function tests.torch()
  if not MODULES then
    return
  end
  local function open(name, more)
    local options = {path = MODULES .. "/" .. name, threads = 1}
    for key, value in pairs(more or {}) do
      options[key] = value
    end
    return restart.torch(options)
  end
  local network = open "gauss.pt"
  check(table.concat(network.shape, " ") == "3 2 2", "the shape")
  local s = restart.sampler {network = network, batch = 2, steps = 4}
  check(s.elements == 12 and s:sample(3) ~= nil, "a run")
  local classes = open("classes.pt", {labels = {1}})
  s = restart.sampler {network = classes, steps = 4}
  local one = bits(s:sample(3), 12)
  classes:labels {2}
  check(bits(s:sample(3), 12) ~= one, "labels")
  classes:labels {1}
  check(bits(s:sample(3), 12) == one, "the same label")
  refused("RS_ERR_OPTION", "4", classes.labels, classes, {17})
  refused("RS_ERR_NAME", "missing.pt", open, "missing.pt")
  refused("RS_ERR_SYNTAX", "prediktion", open, "unknown-key.pt")
  refused("RS_ERR_OPTION", 'no option "pth"', open, "gauss.pt", {pth = 1})
  refused("RS_ERR_OPTION", "dtype is one of", open, "gauss.pt", {dtype = "int7"})
  refused("RS_ERR_OPTION", "path is a text", restart.torch, {})
  local throws = restart.sampler {network = open "throws.pt", steps = 4}
  refused("RS_ERR_CALLBACK", "", throws.sample, throws)
end

for _, test in pairs(tests) do
  test()
end
print(("%d checks, %d failed"):format(checked, failed))
os.exit(failed == 0 and 0 or 1)
