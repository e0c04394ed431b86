-- SPDX-License-Identifier: MIT
-- The thread of restart.texture. The network is native, so what runs here in Lua is one call an
-- evaluation and the pictures' conversion.
require "love.filesystem"
require "love.image"
require "love.timer"
local ffi = require "ffi"
local pixels = require "restart.pixels"
local restart = require "restart"

local function contents(path)
  if love.filesystem.getInfo(path, "file") then
    return love.filesystem.newFileData(path)
  end
  local file, why = io.open(path, "rb")
  local text = file and file:read "*a"
  if not text then
    error(why or path .. " cannot be read", 0)
  end
  file:close()
  return love.filesystem.newFileData(text, path)
end

local function exemplar(options)
  local picture = love.image.newImageData(contents(options.source))
  if picture:getFormat() ~= "rgba8" then
    error(options.source .. ": 8 bits a channel are wanted, not " .. picture:getFormat(), 0)
  end
  local width, height = picture:getDimensions()
  local planes = pixels.to_planes(picture:getFFIPointer(), 3, height, width, 4)
  return restart.exemplar {
    pixels = planes, channels = 3, height = height, width = width,
    output_width = options.width, output_height = options.height}
end

-- libtorch gets one thread: the others are the game's.
local function torch(options)
  local network = restart.torch {path = options.source, threads = 1,
                                 labels = options.label and {options.label}}
  local shape = network.shape
  if #shape ~= 3 or (shape[1] ~= 1 and shape[1] ~= 3) then
    error(("%s: samples of [%s] are no pictures of 1 or 3 channels"):format(
      options.source, table.concat(shape, ", ")), 0)
  end
  network.channels, network.height, network.width = unpack(shape)
  return network
end

-- Network and sampler, which stops when there is a newer request.
local function open(options, requests)
  restart.use(options.library)
  local given, made = {}, {}
  for name, value in pairs(options.schedule or {}) do
    given[name] = value
  end
  made.network = (options.source:match "%.pt$" and torch or exemplar)(options)
  given.like = made.network
  given.network = function(e)
    made.network:evaluate(e)
    if requests:getCount() > 0 then
      made.sampler:stop()
    end
  end
  made.sampler = restart.sampler(given)
  return made
end

local function picture_of(network, planes)
  local picture = love.image.newImageData(network.width, network.height)
  pixels.to_rgba(planes, network.channels, network.height, network.width, picture:getFFIPointer())
  return picture
end

-- One picture. A stop is answered by whoever takes the newer request.
local function make(made, request, replies)
  local began = love.timer.getTime()
  made.sampler:start(request.make)
  for step in made.sampler:steps() do
    if step.denoised then
      replies:push {kind = "preview", id = request.id, sigma = step.sigma_to,
                    progress = step.nfe_done / step.nfe_total,
                    picture = picture_of(made.network, step.denoised)}
    end
  end
  if not made.sampler.running then
    replies:push {kind = "done", id = request.id, seconds = love.timer.getTime() - began,
                  picture = picture_of(made.network, made.sampler.x)}
  end
end

-- Answers requests until one says quit; only the newest counts.
local function serve(made, requests, replies)
  while true do
    local request = requests:demand()
    while requests:getCount() > 0 do
      request = requests:pop()
    end
    if request.quit then
      return
    elseif request.make then
      make(made, request, replies)
    else
      replies:push {kind = "cancelled", id = request.id}
    end
  end
end

return function(options, requests, replies)
  local good, why = pcall(function()
    local made = open(options, requests)
    local network = made.network
    local gray = ffi.new("float[?]", network.channels * network.height * network.width)
    replies:push {kind = "ready", nfe = made.sampler:plan().nfe,
                  picture = picture_of(network, gray)}
    serve(made, requests, replies)
  end)
  if not good then
    replies:push {kind = "failed", message = tostring(why)}
  end
end
