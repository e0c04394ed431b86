-- SPDX-License-Identifier: MIT
-- A floor that goes on to the horizon and a cube that turns, both with one texture that repeats.
local scene = {}

local FORMAT = {{"VertexPosition", "float", 3}, {"VertexTexCoord", "float", 2},
                {"VertexColor", "byte", 4}}
local FLOOR_SIDE, FLOOR_TILE = 40, 1.2
local CUBE_TILES = 2
local SKY = {0.05, 0.06, 0.09}
local LIGHT = {{0.55, 0.75}, {0.4, 1.1}, {0.6, 0.9}} -- of the faces that look down and up each axis

local SHADER = [[
  uniform mat4 camera;
  varying float away;
#ifdef VERTEX
  vec4 position(mat4 screen, vec4 vertex) {
    vec4 place = camera * vec4(vertex.xyz, 1.0);
    away = place.w;
    return place;
  }
#endif
#ifdef PIXEL
  uniform vec3 sky;
  vec4 effect(vec4 colour, Image tile, vec2 uv, vec2 screen) {
    vec3 lit = Texel(tile, uv).rgb * colour.rgb;
    return vec4(mix(sky, lit, exp(-0.012 * away * away)), 1.0);
  }
#endif
]]

local function floor_mesh()
  local far, tiles = FLOOR_SIDE / 2, FLOOR_SIDE / FLOOR_TILE
  return love.graphics.newMesh(FORMAT, {
    {-far, 0, -far, 0, 0}, {far, 0, -far, tiles, 0},
    {far, 0, far, tiles, tiles}, {-far, 0, far, 0, tiles}}, "fan", "static")
end

-- Each face is spanned by two axes and lit by where it looks.
local function cube_mesh()
  local vertices = {}
  for axis = 0, 2 do
    for side = -1, 1, 2 do
      local light = LIGHT[axis + 1][(side + 3) / 2]
      for _, corner in ipairs {{0, 0}, {1, 0}, {1, 1}, {0, 0}, {1, 1}, {0, 1}} do
        local place = {0, 0, 0}
        place[axis + 1] = side * 0.5
        place[(axis + 1) % 3 + 1] = corner[1] - 0.5
        place[(axis + 2) % 3 + 1] = corner[2] - 0.5
        vertices[#vertices + 1] = {place[1], place[2], place[3], corner[1] * CUBE_TILES,
                                   corner[2] * CUBE_TILES, light, light, light, 1}
      end
    end
  end
  return love.graphics.newMesh(FORMAT, vertices, "triangles", "static")
end

local function times(a, b)
  local product = {}
  for row = 1, 4 do
    product[row] = {}
    for column = 1, 4 do
      local sum = 0
      for k = 1, 4 do
        sum = sum + a[row][k] * b[k][column]
      end
      product[row][column] = sum
    end
  end
  return product
end

local function moved(x, y, z)
  return {{1, 0, 0, x}, {0, 1, 0, y}, {0, 0, 1, z}, {0, 0, 0, 1}}
end

local function turned_y(angle)
  local c, s = math.cos(angle), math.sin(angle)
  return {{c, 0, s, 0}, {0, 1, 0, 0}, {-s, 0, c, 0}, {0, 0, 0, 1}}
end

local function turned_x(angle)
  local c, s = math.cos(angle), math.sin(angle)
  return {{1, 0, 0, 0}, {0, c, -s, 0}, {0, s, c, 0}, {0, 0, 0, 1}}
end

local function projected(aspect)
  local near, far, f = 0.1, 60, 1 / math.tan(math.rad(60) / 2)
  return {{f / aspect, 0, 0, 0}, {0, f, 0, 0},
          {0, 0, (far + near) / (near - far), 2 * far * near / (near - far)}, {0, 0, -1, 0}}
end

function scene.load()
  scene.shader = love.graphics.newShader(SHADER)
  scene.shader:send("sky", SKY)
  scene.floor, scene.cube = floor_mesh(), cube_mesh()
  love.graphics.setBackgroundColor(SKY)
end

-- Draws the scene at a time in seconds.
function scene.draw(image, time)
  local width, height = love.graphics.getDimensions()
  local view = times(projected(width / height), times(turned_x(math.rad(22)), moved(0, -1.6, -3)))
  local walk = times(turned_y(0.05 * time), moved(0, 0, 0.4 * time % FLOOR_TILE))
  local cube = times(moved(0.6, 0.85, 0), times(turned_x(0.3), turned_y(0.6 * time)))
  love.graphics.setShader(scene.shader)
  love.graphics.setDepthMode("lequal", true)
  for _, part in ipairs {{scene.floor, times(view, walk)}, {scene.cube, times(view, cube)}} do
    part[1]:setTexture(image)
    scene.shader:send("camera", part[2])
    love.graphics.draw(part[1])
  end
  love.graphics.setDepthMode()
  love.graphics.setShader()
end

return scene
