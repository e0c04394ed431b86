-- SPDX-License-Identifier: MIT
-- Textures made while the game runs.
--
--     love examples/hosts/love [SOURCE] [OPTIONS]
--
--   SOURCE            an exemplar picture, or a TorchScript file (.pt) of pictures
--   --seeds 1,2       of the pictures to make; default 1
--   --size 96x64      of the pictures, from an exemplar; default its own
--   --label N         of a picture, for a TorchScript file
--   --steps N         of the schedule, and
--   --segments TEXT   its restarts
--   --library PLACE   librestart or its folder; default as restart/library.lua says
--   --headless        makes the pictures of all seeds, prints what frames took, and ends
--   --out FOLDER      headless: saves pictures, previews and a screenshot there
--   --cancel-after N  headless: the first picture is cancelled after N previews
--
-- Keys: space another seed, c cancel, escape quit.
--
-- In a game of your own the folder shim/lua/restart stands beside main.lua; here it is found in the
-- source tree.
local here = love.filesystem.getSource()
package.path = ("%s/../../../shim/lua/?.lua;%s/../../../shim/lua/?/init.lua;"):format(here, here)
  .. package.path

local arguments = require "arguments"
local frames = require "frames"
local headless = require "headless"
local hud = require "hud"
local scene = require "scene"
local texture = require "restart.texture"

local FIRST_FRAMES = 30 -- with an image, in which the graphics driver still gets to know the scene

local given, made, script
local count, now = 0, "start"

-- LOVE's own shows the error on a screen for ever; this one ends the program, with status 1.
function love.errorhandler(message)
  io.stderr:write(debug.traceback(tostring(message), 2), "\n")
end

function love.load(words)
  given = arguments(words, here .. "/../../exemplars/rock.png")
  local size = given.size or {}
  made = texture.new {source = given.source, width = size[1], height = size[2],
                      label = given.label, library = given.library,
                      schedule = {steps = given.steps, segments = given.segments}}
  scene.load()
  if given.headless then
    script = headless.script(made, given)
  else
    made:generate(given.seeds[1])
  end
end

local function name_of_frame()
  if count <= FIRST_FRAMES then
    return "start"
  end
  return made.state == "running" and "generating" or "idle"
end

function love.update(dt)
  frames.show(now, dt)
  local began = love.timer.getTime()
  local came = made:update()
  if count > FIRST_FRAMES then
    frames.note("update", love.timer.getTime() - began)
  end
  if made.state == "failed" then
    error(made.message, 0)
  end
  count = count + (made.image and 1 or 0)
  now = name_of_frame()
  if script then
    script(came)
  end
end

function love.draw()
  scene.draw(made.image or hud.blank(), love.timer.getTime())
  hud.draw(made, given, frames)
end

function love.keypressed(key)
  if key == "space" then
    made:generate(made.seed + 1)
  elseif key == "c" then
    made:cancel()
  elseif key == "escape" then
    love.event.quit()
  end
end

function love.quit()
  made:release()
end
