-- Says again that a node holds a session, whatever the shared state has lost.
--
-- ARGV[1] peer id        ARGV[4] tenure         ARGV[7] grace in ms
-- ARGV[2] epoch          ARGV[5] owner          ARGV[8] prefix of bound:<tenure>
-- ARGV[3] node           ARGV[6] secret digest  ARGV[9] profile (JSON)
--                                               ARGV[10]… rooms
--
-- Answers registered, claimed (by another node since), ended, or a higher epoch under which this very
-- node has claimed it, without having heard the answer.

local peer_id, epoch, tenure, bound_prefix = ARGV[1], tonumber(ARGV[2]), ARGV[4], ARGV[8]

if redis.call('EXISTS', tombstone) == 1 then return 'ended' end
local stored_epoch, stored_node, stored_tenure, state =
  unpack(redis.call('HMGET', session, 'epoch', 'node', 'tenure', 'state'))
if state == 'ending' then return 'ended' end
if stored_epoch and tonumber(stored_epoch) > epoch then
  return stored_node == ARGV[3] and tonumber(stored_epoch) or 'claimed'
end

if stored_tenure then redis.call('HDEL', bound_prefix .. stored_tenure, peer_id) end
redis.call('HSET', session, 'epoch', ARGV[2], 'node', ARGV[3], 'tenure', tenure,
  'owner', ARGV[5], 'secret', ARGV[6], 'grace', ARGV[7], 'profile', ARGV[9], 'state', 'bound')
redis.call('ZADD', all, 0, tenant_of_session() .. ':' .. peer_id)
redis.call('HSET', bound_prefix .. tenure, peer_id, ARGV[2] .. ' ' .. ARGV[7])
redis.call('ZREM', timers, peer_id)
if #ARGV > 9 then redis.call('SADD', rooms, unpack(ARGV, 10)) end
return 'registered'
