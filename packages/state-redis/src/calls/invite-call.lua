-- Calls a user.
--
-- ARGV[3] from       ARGV[5] to                ARGV[7] 1 to refuse it if the callee is busy
-- ARGV[4] from_peer  ARGV[6] ms that it rings   ARGV[8] 1 if the callee is in an accepted call
-- ARGV[9] static (JSON)                         ARGV[10] when it is too late, in ms
--
-- Answers { status, call id, fields }:
--   known        the id has a meaning already
--   met          the callee was calling the caller: that call is accepted, and the id means it
--   made         rings, or is busy
--   late         the caller does not wait for the answer any more
--   unavailable  the data set was lost, and not all calls are back yet

local from, from_peer, to = ARGV[3], ARGV[4], ARGV[5]
local now = now_ms()

if redis.call('EXISTS', call) == 1 then return answer('known') end
if now > tonumber(ARGV[10]) then return { 'late' } end
local opens_at = redis.call('HGET', dataset, 'opens_at')
if not opens_at or tonumber(opens_at) > now then return { 'unavailable' } end

local is_busy = ARGV[8] == '1'
for _, id in ipairs(redis.call('ZRANGE', live, 0, -1)) do
  local other = prefix .. id
  local state, caller = unpack(redis.call('HMGET', other, 'state', 'from'))
  if state == 'ringing' and caller == to then
    redis.call('HSET', call, 'alias', id)
    redis.call('PEXPIRE', call, keep_live_ms)
    call = other
    turn(call, 'accepted', 'to_peer', from_peer, 'answered_at', now)
    return answer('met')
  end
  if not state then redis.call('ZREM', live, id) end
  is_busy = is_busy or state == 'accepted'
end

redis.call('HSET', call, 'from', from, 'from_peer', from_peer, 'to', to, 'created_at', now,
  'rings_until', now + ARGV[6], 'static', ARGV[9])
if is_busy and ARGV[7] == '1' then
  turn(call, 'busy', 'ended_at', now)
else
  turn(call, 'ringing')
end
return answer('made')
