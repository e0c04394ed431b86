-- SPDX-License-Identifier: MIT
-- Finding the shared libraries, in this order:
--   1. the path given to restart.use: of librestart, or of a folder that has it (a build folder
--      too); else the environment's RESTART_LIBRARY, the same
--   2. the folder `_lib` in this folder; in LOVE also the folder in which the game, an archive or
--      a folder, lies
--   3. build and build/tests of the source tree that this folder stands in
--   4. wherever the system's loader looks
-- A library is loaded when it is first used: no libtorch without a TorchScript file.
local ffi = require "ffi"

local library = {VARIABLE = "RESTART_LIBRARY", ABI = 0}

local BUILT = {restart = "lib", ["restart-exemplar"] = "shim/exemplar",
               ["restart-torch"] = "shim/torch"}
local files = rawget(_G, "love") and love.filesystem
local loaded, asked = {}, nil

-- The folder of this file. LOVE knows the game's files by names that are none of the system's.
local function own_folder()
  local folder = debug.getinfo(1, "S").source:match "^@(.*)[/\\]" or "."
  local above = files and files.getRealDirectory(folder .. "/library.lua")
  return above and above .. "/" .. folder or folder
end
local HERE = own_folder()

-- The file of a library with its ABI number, as this system writes it.
local function file_name(name)
  if ffi.os == "Windows" then
    return ("%s-%d.dll"):format(name, library.ABI)
  elseif ffi.os == "OSX" then
    return ("lib%s.%d.dylib"):format(name, library.ABI)
  end
  return ("lib%s.so.%d"):format(name, library.ABI)
end

-- Whether a file is there; a folder is none.
local function readable(path)
  local file = io.open(path, "rb")
  local good = file and file:read(1) ~= nil
  if file then
    file:close()
  end
  return good
end

local function in_folder(folder, name)
  return {folder .. "/" .. file_name(name), folder .. "/" .. BUILT[name] .. "/" .. file_name(name)}
end

-- Where a library may be if the host names a place.
local function beside(place, name)
  local list = in_folder(place, name)
  local folder = place:match "^(.*)[/\\]" or "."
  if name == "restart" then
    list[#list + 1] = place
  elseif readable(place) then
    list[#list + 1] = folder .. "/" .. file_name(name)
    list[#list + 1] = in_folder(folder .. "/..", name)[2]
  end
  return list
end

local function around(name)
  local list = {in_folder(HERE .. "/_lib", name)[1]}
  if files then
    list[2] = in_folder(files.getSourceBaseDirectory(), name)[1]
  end
  local root = HERE .. "/../../.."
  if readable(root .. "/include/restart/version.h") then
    for _, build in ipairs {"/build", "/build/tests"} do
      list[#list + 1] = in_folder(root .. build, name)[2]
    end
  end
  return list
end

local function try(path, tried)
  local good, found = pcall(ffi.load, path)
  tried[#tried + 1] = "  " .. tostring(found)
  return good and found
end

-- The library called "restart", "restart-exemplar" or "restart-torch". Error, with what was tried,
-- when there is none.
function library.load(name)
  if loaded[name] then
    return loaded[name]
  end
  if name ~= "restart" then
    library.load "restart" -- the others need it, and find the one that is there already
  end
  local place, found, tried = library.place(), nil, {}
  for _, path in ipairs(place and beside(place, name) or around(name)) do
    if readable(path) then
      found = found or try(path, tried)
    else
      tried[#tried + 1] = "  " .. path .. ": not there"
    end
  end
  if not found and not place then
    found = try(file_name(name), tried)
  end
  loaded[name] = found or error(("lib%s was not found; %s can name its folder. Tried:\n%s"):format(
    name, library.VARIABLE, table.concat(tried, "\n")), 0)
  return found
end

-- The place that the host named, or nil.
function library.place()
  local named = asked or os.getenv(library.VARIABLE)
  return named ~= "" and named or nil
end

-- Names the place. Error when another library is in use already.
function library.use(place)
  if next(loaded) and place ~= library.place() then
    error("restart.use comes too late: a library is in use", 2)
  end
  asked = place
end

-- The functions of a library, which is loaded by the first of them.
function library.functions(name)
  return setmetatable({}, {__index = function(_, symbol)
    return library.load(name)[symbol]
  end})
end

return library
