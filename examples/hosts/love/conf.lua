-- SPDX-License-Identifier: MIT
function love.conf(t)
  t.version = "11.4"
  t.console = false
  t.window.title = "librestart in LOVE"
  t.window.width, t.window.height = 640, 480
  t.window.depth = 24
  t.modules.audio, t.modules.sound = false, false
  t.modules.joystick, t.modules.physics = false, false
end
