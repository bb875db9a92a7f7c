-- A session is the user's, or is bound anew.
--
-- ARGV[1] channel prefix  ARGV[3] peer id  ARGV[5] node
-- ARGV[2] user (JSON)     ARGV[4] epoch    ARGV[6] when it is too late, in ms
-- ARGV[7] its name among those that are kept           ARGV[8] for how long it is, in ms
--
-- Answers { status, call id, other user, call id, other user, … }:
--   attached  with the calls that are not known to be over; to a session that was bound before also
--             with those that have been over for less than a minute, of which it may not know
--   fenced    it is attached under a higher epoch
--   late      the session may have been given up, ended and detached since

if now_ms() > tonumber(ARGV[6]) then return { 'late' } end
local stored = redis.call('HGET', sessions, ARGV[3])
if stored and tonumber(string.match(stored, '^%d+')) > tonumber(ARGV[4]) then return { 'fenced' } end

local before = status()
redis.call('HSET', sessions, ARGV[3], ARGV[4] .. ' ' .. ARGV[5])
redis.call('ZADD', kept, now_ms() + ARGV[8], ARGV[7])
tell_if_changed(before, ARGV[1], ARGV[2])
local answer = { 'attached' }
local is_back = tonumber(ARGV[4]) > 1
for _, each in ipairs(list_calls()) do
  if each.call.state ~= 'over' or (is_back and each.call.at > now_ms() - 60000) then
    answer[#answer + 1] = each.id
    answer[#answer + 1] = each.call.other
  end
end
return answer
