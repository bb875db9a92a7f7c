-- Reads what has been said in a room.
--
-- ARGV[1] channel prefix    ARGV[4] id of the message to end before, or "" to read the last ones
-- ARGV[2] peer id           ARGV[5] how many at most
-- ARGV[3] epoch
--
-- Answers { status, messages... }:
--   read        the oldest first; none before a message that is not kept
--   not-member  the session is not in the room, or is in it under a higher epoch

local before, most = ARGV[4], tonumber(ARGV[5])

if not find_bound(ARGV[2], tonumber(ARGV[3])) then return { 'not-member' } end
local last = tonumber(redis.call('HGET', room, 'messages') or 0)
if before ~= '' then last = tonumber(redis.call('HGET', chat, 'm' .. before) or 1) - 1 end

local answer = { 'read' }
local fields = {}
for number = math.max(last - most + 1, 1), last do fields[#fields + 1] = 'n' .. number end
if #fields == 0 then return answer end
for _, stored in ipairs(redis.call('HMGET', chat, unpack(fields))) do
  if stored then answer[#answer + 1] = string.match(stored, '^%d+ %S+ %S+ (.*)$') end
end
return answer
