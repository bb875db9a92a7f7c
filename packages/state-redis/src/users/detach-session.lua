-- A session is the user's no more.
--
-- ARGV[1] channel prefix  ARGV[2] user (JSON)  ARGV[3] peer id  ARGV[4] epoch
-- ARGV[5] its name among those that are kept
--
-- Answers as `detach`; nothing, if it is attached under a higher epoch.

local stored = redis.call('HGET', sessions, ARGV[3])
if stored and tonumber(string.match(stored, '^%d+')) > tonumber(ARGV[4]) then return {} end
return detach(ARGV[3], ARGV[5], ARGV[1], ARGV[2])
