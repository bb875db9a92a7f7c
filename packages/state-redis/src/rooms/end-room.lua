-- Ends a room: takes everybody out, in one change, and keeps it for a while without anybody.
--
-- ARGV[1] channel prefix       ARGV[5] room id
-- ARGV[2] event: ended (JSON)  ARGV[6] its name among the timers
-- ARGV[3] user by whom the asker may end it if the room names them, or -
-- ARGV[4] peer id of the asker, who may end it if that is in the room, or empty
-- ARGV[7] 1 if the asker may end any room
-- ARGV[8] for how many ms a room is kept that was not prepared
--
-- Answers what `answer` does:
--   ended    published
--   already  it had ended before: whoever was in it may say so again, the answer may be lost
--   absent   there is no such room
--   refused  the asker may not end it, whether or not there is one

local status, keep = unpack(redis.call('HMGET', room, 'status', 'keep'))
local is_in = ARGV[4] ~= '' and (status == 'ended' or find(ARGV[4]) ~= nil)
if ARGV[7] ~= '1' and not (status and (is_in or role_of(ARGV[3]))) then return { 'refused' } end
if not status then return { 'absent' } end
if status == 'ended' then return answer('already') end

local now = now_ms()
redis.call('HSET', room, 'status', 'ended', 'ended_at', now)
publish(ARGV[1], ARGV[2], nil, nil)
local were_in = redis.call('HLEN', members)
if were_in > 0 then
  if redis.call('DECRBY', participants, were_in) <= 0 then redis.call('DEL', participants) end
  redis.call('ZREM', occupied, ARGV[5])
  redis.call('DEL', members, nodes)
end
redis.call('ZADD', timers, now + (keep or ARGV[8]), ARGV[6])
return answer('ended')
