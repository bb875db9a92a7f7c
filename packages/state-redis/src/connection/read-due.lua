-- Looks for what is due in several sorted sets whose scores are epoch milliseconds.
--
-- KEYS the sets  ARGV[1] how many to find at most
--
-- Answers { member, ms since it was due, … }

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local left = tonumber(ARGV[1])
local found = {}
for _, key in ipairs(KEYS) do
  if left <= 0 then break end
  local due = redis.call('ZRANGEBYSCORE', key, '-inf', now, 'WITHSCORES', 'LIMIT', 0, left)
  for index = 1, #due, 2 do
    found[#found + 1] = due[index]
    found[#found + 1] = now - tonumber(due[index + 1])
  end
  left = left - #due / 2
end
return found
