-- SPDX-License-Identifier: MIT
-- The least: a texture that is made while the game runs. The folder shim/lua/restart stands beside
-- this file, and so does floor.png.
local texture = require "restart.texture"

local floor = texture.new {source = "floor.png", width = 128, height = 128}

function love.load()
  floor:generate(7)
end

function love.update()
  floor:update()
end

function love.draw()
  if floor.image then
    love.graphics.draw(floor.image)
  end
end

function love.keypressed()
  floor:generate(floor.seed + 1)
end

function love.quit()
  floor:release()
end
