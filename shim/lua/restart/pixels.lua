-- SPDX-License-Identifier: MIT
-- Pictures of bytes, such as LOVE's ImageData, and the planes of numbers in [-1, 1] that networks
-- work on.
local ffi = require "ffi"

local pixels = {}

-- Planes, float[channels][height][width], of a picture of 0 .. 255 with `stride` bytes a pixel
-- (4: RGBA), the first `channels` of which are taken.
function pixels.to_planes(bytes, channels, height, width, stride)
  local from, plane = ffi.cast("const uint8_t *", bytes), height * width
  local planes = ffi.new("float[?]", channels * plane)
  for c = 0, channels - 1 do
    for i = 0, plane - 1 do
      planes[c * plane + i] = from[i * stride + c] / 127.5 - 1
    end
  end
  return planes
end

local function byte(value)
  local level = math.floor((value + 1) * 127.5 + 0.5)
  return level > 0 and (level < 255 and level or 255) or 0
end

-- Writes planes of 1 or 3 channels as RGBA to `bytes`, height x width x 4.
function pixels.to_rgba(planes, channels, height, width, bytes)
  local to, plane = ffi.cast("uint8_t *", bytes), height * width
  for i = 0, plane - 1 do
    for c = 0, 2 do
      to[i * 4 + c] = byte(planes[(channels == 3 and c or 0) * plane + i])
    end
    to[i * 4 + 3] = 255
  end
end

return pixels
