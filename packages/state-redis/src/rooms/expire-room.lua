-- Removes a room whose time is over. One that somebody is in is kept on.
--
-- ARGV[1] its name among the timers  ARGV[2] room id  ARGV[3] for how many ms it is kept on
--
-- Answers expired, kept, or early: somebody else was faster, or its time has been put off.

local due = redis.call('ZSCORE', timers, ARGV[1])
if not due or tonumber(due) > tonumber(now_ms()) then return 'early' end
if redis.call('HLEN', members) > 0 then
  redis.call('ZADD', timers, now_ms() + ARGV[3], ARGV[1])
  return 'kept'
end
discard(ARGV[2])
redis.call('ZREM', timers, ARGV[1])
return 'expired'
