-- SPDX-License-Identifier: MIT
-- Textures made while a LOVE game runs: in a thread of their own, so that no frame waits.
--
--     local texture = require "restart.texture"
--     local floor = texture.new {source = "rock.png"}
--     floor:generate(7)                    -- a seed; again for another picture
--     function love.update() floor:update() end
--     -- floor.image: nil while it loads, then the estimate as it gets clearer, then the picture
--
-- Each has one thread and makes one picture at a time. Two make two side by side.
local texture = {}

local Texture = {}
Texture.__index = Texture

local BOOT = [[
  local path, options, requests, replies = ...
  package.path = path
  require "restart.texture_worker" (options, requests, replies)
]]

-- texture.new(options), at once; the work of loading is the thread's. Options:
--   source         path of an exemplar picture, among the game's files or the system's, whose
--                  transparency is ignored; or of a TorchScript file (.pt), the system's, whose
--                  samples are [1 or 3, height, width]
--   width, height  of the pictures to make from an exemplar; default its own
--   label          TorchScript: of the picture; default none
--   schedule       {steps = 10, segments = "[4,3,2,24]", ...} as in restart.sampler; default that
--                  of the exemplar model, or 18 steps for a TorchScript file
--   library        as for restart.use
--   mipmaps        default true
-- A texture has
--   .state     "loading", "idle", "running", "done", "cancelled" or "failed"
--   .image     a love Image that repeats in both directions, gray at first; nil while it loads
--   .seed      of the picture last asked for; .progress its share that is done, 0 to 1
--   .sigma     noise level that the image stands for, 0 when it is done
--   .nfe       evaluations of the network for a picture, when loaded
--   .seconds   that the last picture took in the thread
--   .message   why it failed
function texture.new(options)
  local self = setmetatable({state = "loading", progress = 0, id = 0}, Texture)
  self.mipmaps = options.mipmaps ~= false
  self.requests, self.replies = love.thread.newChannel(), love.thread.newChannel()
  self.thread = love.thread.newThread(BOOT)
  self.thread:start(package.path, options, self.requests, self.replies)
  return self
end

-- Begins a picture. One that is being made is given up. seed: a whole number, at least 0.
function Texture:generate(seed)
  if self.state ~= "failed" then
    self.id, self.seed, self.progress, self.state = self.id + 1, seed, 0, "running"
    self.requests:push {make = seed, id = self.id}
  end
end

-- Gives up the picture that is being made; the image stays as it is. The state is "cancelled" as
-- soon as the thread has ended the evaluation that it is in.
function Texture:cancel()
  if self.state == "running" then
    self.requests:push {id = self.id}
  end
end

local take = {}

-- The graphics driver gets to know the image here, not in the middle of a picture.
function take.ready(self, reply)
  self.nfe = reply.nfe
  self.state = self.state == "loading" and "idle" or self.state
  self.image = love.graphics.newImage(reply.picture, {mipmaps = self.mipmaps})
  self.image:setWrap("repeat", "repeat")
end

function take.preview(self, reply)
  self.progress, self.sigma = reply.progress, reply.sigma
  self.image:replacePixels(reply.picture)
end

function take.done(self, reply)
  self.progress, self.sigma, self.seconds, self.state = 1, 0, reply.seconds, "done"
  self.image:replacePixels(reply.picture)
end

function take.cancelled(self)
  self.state = self.state == "running" and "cancelled" or self.state
end

function take.failed(self, reply)
  self.state, self.message = "failed", reply.message
end

-- Takes what has come from the thread and shows it: once a frame. Returns the list of it, tables
-- with kind "ready", "preview", "done", "cancelled" or "failed"; previews and pictures have their
-- ImageData in `picture`.
function Texture:update()
  local came, reply = {}, self.replies:pop()
  while reply do
    if not reply.id or reply.id == self.id then
      take[reply.kind](self, reply)
      came[#came + 1] = reply
    end
    reply = self.replies:pop()
  end
  if self.thread:getError() and self.state ~= "failed" then
    take.failed(self, {message = self.thread:getError()})
  end
  return came
end

-- Ends the thread and waits for it: at most one evaluation. In love.quit, or the process would end
-- under a running network.
function Texture:release()
  self.requests:push {quit = true}
  self.thread:wait()
end

return texture
