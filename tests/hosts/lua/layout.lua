-- SPDX-License-Identifier: MIT
-- luajit layout.lua NAME...: sizes of structs, offsets of fields ("rs_eval.batch") and constants,
-- as the declarations of the binding say.
local ffi = require "ffi"
require "restart.abi"

for _, name in ipairs(arg) do
  local struct, field = name:match "^(.+)%.(.+)$"
  local value
  if field then
    value = ffi.offsetof(struct, field)
  elseif name:sub(1, 3) == "rs_" then
    value = ffi.sizeof(name)
  else
    value = ffi.C[name]
  end
  print(name, tonumber(value))
end
