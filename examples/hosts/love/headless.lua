-- SPDX-License-Identifier: MIT
-- The test mode: makes the pictures, prints what it saw, saves, ends. Written as one story that
-- goes on by a frame whenever it yields.
local frames = require "frames"

local headless = {}

local IDLE_FRAMES, FRAMES_A_SECOND, PATIENCE = 120, 60, 300

local news = {} -- what came from the texture in this frame

local kept = {} -- {name, picture}, saved when nothing is measured any more

local function keep(name, picture)
  kept[#kept + 1] = {name, picture}
end

local function save(folder)
  for _, entry in ipairs(folder and kept or {}) do
    local file = assert(io.open(folder .. "/" .. entry[1], "wb"))
    file:write(entry[2]:encode("png"):getString())
    file:close()
  end
end

local function wait(condition)
  local began = love.timer.getTime()
  while condition() do
    if love.timer.getTime() - began > PATIENCE then
      error("nothing happened for too long", 0)
    end
    coroutine.yield()
  end
end

-- Plays until the picture is there or given up, which is asked for after some previews. Returns the
-- previews, the picture or nil, and the seconds that giving up took.
local function collect(made, cancel_after)
  local previews, picture, asked = {}, nil, nil
  repeat
    coroutine.yield()
    for _, reply in ipairs(news) do
      if reply.kind == "preview" then
        previews[#previews + 1] = reply.picture
      elseif reply.kind == "done" then
        picture = reply.picture
      end
    end
    if cancel_after and not asked and #previews >= cancel_after then
      made:cancel()
      asked = love.timer.getTime()
    end
  until made.state ~= "running"
  return previews, picture, asked and love.timer.getTime() - asked
end

local function make(made, seed, cancel_after)
  local before = frames.count "generating"
  made:generate(seed)
  local previews, picture, took = collect(made, cancel_after)
  if not picture then
    print(("seed %d: %s after %d previews, %.3f s after it was asked for"):format(
      seed, made.state, #previews, took))
    return
  end
  local drawn = frames.count "generating" - before
  print(("seed %d: %s in %.3f s, %d evaluations, %d previews, %d frames"):format(
    seed, made.state, made.seconds, made.nfe, #previews, drawn))
  for i, preview in ipairs(previews) do
    keep(("%d-%02d.png"):format(seed, i), preview)
  end
  keep(seed .. ".png", picture)
end

local function photograph()
  local before = #kept
  love.graphics.captureScreenshot(function(picture)
    keep("screenshot.png", picture)
  end)
  wait(function() return #kept == before end)
end

local function story(made, given)
  wait(function() return frames.count "idle" < IDLE_FRAMES end)
  for i, seed in ipairs(given.seeds) do
    make(made, seed, i == 1 and given.cancel_after or nil)
  end
  for _, name in ipairs {"idle", "generating", "update"} do
    print(frames.sentence(name))
  end
  photograph()
  save(given.out)
  love.event.quit(0)
end

-- A function to be called once a frame with what came. It also paces the frames: here no screen
-- does.
function headless.script(made, given)
  local routine = coroutine.create(story)
  local due = love.timer.getTime()
  return function(came)
    news = came
    local good, why = true, nil
    if coroutine.status(routine) ~= "dead" then
      good, why = coroutine.resume(routine, made, given)
    end
    if not good then
      error(why, 0)
    end
    due = math.max(due + 1 / FRAMES_A_SECOND, love.timer.getTime())
    love.timer.sleep(due - love.timer.getTime())
  end
end

return headless
