-- Binds a session to the node that its client has reconnected to.
--
-- ARGV[1] peer id        ARGV[4] node           ARGV[6] prefix of bound:<tenure>
-- ARGV[2] owner          ARGV[5] tenure         ARGV[7] channel prefix
-- ARGV[3] secret digest                        ARGV[8] when it is too late, in ms
--
-- Answers { status, epoch, previous node, grace, profile, rooms }:
--   claimed    the former node has been told
--   replaced   another session of the same user is in its place
--   unknown    it has ended, or never was, or the secret is wrong
--   forbidden  it belongs to another owner
--   late       the caller does not wait for the answer any more, and its client may have come in
--              somewhere else since

if now_ms() > tonumber(ARGV[8]) then return { 'late' } end

local peer_id, node, tenure, bound_prefix = ARGV[1], ARGV[4], ARGV[5], ARGV[6]

local fields = redis.call('HMGET', session, 'secret', 'owner', 'state', 'node', 'tenure', 'grace',
  'profile')
local secret, owner, state, previous, previous_tenure, grace, profile = unpack(fields)
if is_replaced(ARGV[3]) then return { 'replaced' } end
if not secret or secret ~= ARGV[3] or state == 'ending' then return { 'unknown' } end
if owner ~= ARGV[2] then return { 'forbidden' } end

local epoch = redis.call('HINCRBY', session, 'epoch', 1)
redis.call('HSET', session, 'node', node, 'tenure', tenure, 'state', 'bound')
redis.call('ZREM', timers, peer_id)
redis.call('HDEL', bound_prefix .. previous_tenure, peer_id)
redis.call('HSET', bound_prefix .. tenure, peer_id, epoch .. ' ' .. grace)
redis.call('PUBLISH', ARGV[7] .. previous, string.format(
  '{"fenced":{"peerId":%s,"epoch":%d,"node":"%s"}}', cjson.encode(peer_id), epoch, node
))
return { 'claimed', epoch, previous, grace, profile, redis.call('SMEMBERS', rooms) }
