-- Begins the end of a session whose timer is due, or hands it out again when whoever began it
-- has not settled it.
--
-- ARGV[1] peer id  ARGV[2] prefix of bound:<tenure>  ARGV[3] ms to settle in
--
-- Answers { peer id, epoch, profile, rooms }, or {} when somebody else was faster.

local due = redis.call('ZSCORE', timers, ARGV[1])
if not due or tonumber(due) > now_ms() then return {} end
if redis.call('EXISTS', session) == 0 then
  redis.call('ZREM', timers, ARGV[1])
  return {}
end
return begin_end(ARGV[1], ARGV[2], ARGV[3])
