-- A session is the user's no more.
--
-- ARGV[1] channel prefix  ARGV[2] user (JSON)  ARGV[3] peer id  ARGV[4] epoch
--
-- Answers { call id, other user, call id, other user, … } of the calls in which it took part; also
-- when it was detached before, because those calls may not have been ended yet.

local stored = redis.call('HGET', sessions, ARGV[3])
if stored and tonumber(string.match(stored, '^%d+')) > tonumber(ARGV[4]) then return {} end

local before = status()
redis.call('HDEL', sessions, ARGV[3])
tell_if_changed(before, ARGV[1], ARGV[2])
local answer = {}
for _, each in ipairs(list_calls()) do
  if each.call.state ~= 'over' and each.call.peer == ARGV[3] then
    answer[#answer + 1] = each.id
    answer[#answer + 1] = each.call.other
  end
end
return answer
