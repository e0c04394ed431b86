-- SPDX-License-Identifier: MIT
-- The test mode: makes the pictures, prints what it saw, saves, ends. Written as one story that goes
-- on by a frame whenever it yields.
local frames = require "frames"

local headless = {}

local IDLE_FRAMES, FRAMES_A_SECOND, PATIENCE = 120, 60, 300

local function save(folder, name, picture)
  if not folder then
    return
  end
  local file = assert(io.open(folder .. "/" .. name, "wb"))
  file:write(picture:encode("png"):getString())
  file:close()
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

-- Plays until the picture is there, or is cancelled. Returns the previews and the picture.
local function collect(made, cancel_after)
  local previews, picture, asked = {}, nil, nil
  while made.state == "running" or made.state == "loading" do
    for _, reply in ipairs(coroutine.yield()) do
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
  end
  return previews, picture, asked and love.timer.getTime() - asked
end

local function make(made, given, seed, cancel_after)
  local before = frames.summary "generating".count
  local previews, picture, took = collect(made, cancel_after)
  if not picture then
    print(("seed %d: %s after %d previews, %.3f s after it was asked for"):format(
      seed, made.state, #previews, took))
    return
  end
  print(("seed %d: %s in %.3f s, %d evaluations, %d previews, %d frames"):format(
    seed, made.state, made.seconds, made.nfe, #previews, frames.summary "generating".count - before))
  for i, preview in ipairs(previews) do
    save(given.out, ("%d-%02d.png"):format(seed, i), preview)
  end
  save(given.out, seed .. ".png", picture)
end

local function photograph(given)
  local taken
  love.graphics.captureScreenshot(function(picture)
    save(given.out, "screenshot.png", picture)
    taken = true
  end)
  wait(function() return not taken end)
end

local function story(made, given)
  wait(function() return not made.nfe end)
  for i, seed in ipairs(given.seeds) do
    if i > 1 then
      made:generate(seed)
    end
    make(made, given, seed, i == 1 and given.cancel_after or nil)
  end
  local idle = frames.summary "idle".count
  wait(function() return frames.summary "idle".count < idle + IDLE_FRAMES end)
  photograph(given)
  for _, name in ipairs {"idle", "generating", "update"} do
    print(frames.sentence(name))
  end
  love.event.quit(0)
end

-- A function to be called once a frame with what came. No screen paces the frames here.
function headless.script(made, given)
  local routine, due = coroutine.create(story), love.timer.getTime()
  return function(came)
    local good, why = true, nil
    if coroutine.status(routine) ~= "dead" then
      good, why = coroutine.resume(routine, headless.begun and came or made, given)
      headless.begun = true
    end
    if not good then
      error(why, 0)
    end
    due = math.max(due + 1 / FRAMES_A_SECOND, love.timer.getTime())
    love.timer.sleep(due - love.timer.getTime())
  end
end

return headless
