-- Hands out a call that has to be looked after. One that has rung for long enough is missed.
--
-- Answers { found, or missed if that is so only now, call id, fields }, or { absent } when somebody else was faster.

local name = pair .. id_of(call)
local at = redis.call('ZSCORE', due, name)
local now = now_ms()
if not at or tonumber(at) > now then return { 'absent' } end

local state, rings_until = unpack(redis.call('HMGET', call, 'state', 'rings_until'))
if not state then
  redis.call('ZREM', due, name)
  redis.call('ZREM', all, name)
  return { 'absent' }
end
if state == 'ringing' and tonumber(rings_until) <= now then
  turn(call, 'missed', 'ended_at', now)
  return answer('missed')
end
redis.call('ZADD', due, now + settle_within_ms, name)
redis.call('PEXPIRE', call, is_live(state) and keep_live_ms or keep_ms)
redis.call('PEXPIRE', live, keep_live_ms)
return answer('found')
