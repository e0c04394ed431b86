-- SPDX-License-Identifier: MIT
-- How long frames took: from one to the next, kept by what the game did meanwhile.
local frames = {recent = {}}

local RECENT, KEPT = 120, 3000
local times = {}

-- Notes a frame of `seconds` under a name.
function frames.note(name, seconds)
  local list = times[name] or {count = 0}
  times[name] = list
  list[list.count % KEPT + 1] = seconds
  list.count = list.count + 1
end

-- How many frames a name has.
function frames.count(name)
  return times[name] and times[name].count or 0
end

-- Notes it for the graph too.
function frames.show(name, seconds)
  frames.note(name, seconds)
  table.insert(frames.recent, {name = name, seconds = seconds})
  if #frames.recent > RECENT then
    table.remove(frames.recent, 1)
  end
end

-- {count, median, high (99 of 100 are not longer), longest} in milliseconds, of the last KEPT.
function frames.summary(name)
  local sorted = {unpack(times[name] or {})}
  table.sort(sorted)
  local function at(share)
    return 1000 * (sorted[math.max(1, math.ceil(share * #sorted))] or 0)
  end
  return {count = frames.count(name), median = at(0.5), high = at(0.99), longest = at(1)}
end

-- The same as a sentence.
function frames.sentence(name)
  local s = frames.summary(name)
  return ("%s: %d frames, median %.2f ms, 99%% %.2f ms, longest %.2f ms"):format(
    name, s.count, s.median, s.high, s.longest)
end

return frames
