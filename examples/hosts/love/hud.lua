-- SPDX-License-Identifier: MIT
-- What is written over the scene: the picture, its state, and how long frames take.
local hud = {}

local MARGIN, PICTURE, BAR_HEIGHT = 10, 128, 60
local GRAPH_MS = 50 -- at the top of the graph
local REFRESHED = 20 -- frames after which the numbers change: they could not be read otherwise
local KEYS = "space: another seed   c: cancel   escape: quit"
local COLOURS = {idle = {0.4, 0.7, 1}, generating = {1, 0.7, 0.25}}

-- A white pixel, for as long as there is no picture.
function hud.blank()
  if not hud.white then
    local data = love.image.newImageData(1, 1)
    data:setPixel(0, 0, 0.3, 0.3, 0.3, 1)
    hud.white = love.graphics.newImage(data)
  end
  return hud.white
end

local function draw_picture(made)
  if made.image then
    local scale = PICTURE / math.max(made.image:getDimensions())
    love.graphics.setColor(1, 1, 1)
    love.graphics.draw(made.image, MARGIN, MARGIN, 0, scale)
    love.graphics.rectangle("line", MARGIN, MARGIN, made.image:getWidth() * scale,
                            made.image:getHeight() * scale)
  end
end

local age, numbers = 0, ""

local function draw_words(made, given, frames)
  local name = given.source:match "[^/\\]+$"
  local state = ("%s, seed %d: %s, %d%%, sigma %.2f"):format(
    name, made.seed or 0, made.state, math.floor(100 * made.progress), made.sigma or 0)
  if age % REFRESHED == 0 then
    numbers = frames.sentence "idle" .. "\n" .. frames.sentence "generating"
  end
  age = age + 1
  love.graphics.setColor(1, 1, 1)
  love.graphics.print(state .. "\n" .. numbers .. "\n" .. KEYS, 2 * MARGIN + PICTURE, MARGIN)
end

local function draw_graph(frames)
  local width, height = love.graphics.getDimensions()
  local bar = (width - 2 * MARGIN) / 120
  for i, frame in ipairs(frames.recent) do
    local long = math.min(1, 1000 * frame.seconds / GRAPH_MS) * BAR_HEIGHT
    love.graphics.setColor(COLOURS[frame.name] or {0.5, 0.5, 0.5})
    love.graphics.rectangle("fill", MARGIN + (i - 1) * bar, height - MARGIN - long, bar - 1, long)
  end
  love.graphics.setColor(1, 1, 1)
end

function hud.draw(made, given, frames)
  draw_picture(made)
  draw_words(made, given, frames)
  draw_graph(frames)
end

return hud
