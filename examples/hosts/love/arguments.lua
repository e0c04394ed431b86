-- SPDX-License-Identifier: MIT
-- The command line: love examples/hosts/love [SOURCE] [OPTIONS]. main.lua lists the options.
local function numbers(text)
  local list = {}
  for word in text:gmatch "[^,]+" do
    list[#list + 1] = tonumber(word) or error("seeds are numbers: " .. text, 0)
  end
  return list
end

local function size(text)
  local width, height = text:match "^(%d+)x(%d+)$"
  if not width then
    error("a size is like 96x64: " .. text, 0)
  end
  return {tonumber(width), tonumber(height)}
end

local READ = {["--seeds"] = numbers, ["--size"] = size, ["--label"] = tonumber,
              ["--steps"] = tonumber, ["--segments"] = tostring, ["--library"] = tostring,
              ["--out"] = tostring, ["--cancel-after"] = tonumber}

-- {seeds = {...}, size = {width, height}, ...} of a list of words; `default` is the source.
return function(words, default)
  local given, i = {source = default, seeds = {1}}, 1
  while words[i] do
    local word = words[i]
    if READ[word] then
      i = i + 1
      given[(word:sub(3):gsub("-", "_"))] = READ[word](words[i] or error(word .. " of what?", 0))
    elseif word == "--headless" then
      given.headless = true
    elseif word:sub(1, 1) == "-" then
      error("there is no option " .. word, 0)
    else
      given.source = word
    end
    i = i + 1
  end
  return given
end
