-- Comes before every script of this folder.
--
-- A session is kept in the slot of its own partition:
--   KEYS[1] session  hash: epoch, node, tenure, owner, secret, grace, profile, state, replaced
--   KEYS[2] rooms    set: the rooms it is in, or about to be in, as "<tenant>:<room id>"
--   KEYS[3] timers   sorted set of the partition: peer id -> when its session ends, in ms
--   KEYS[4] tombstone  of an ended session, for a while: "<epoch>", or "<epoch> <secret>" of one
--                      that another session of the same user has replaced
--   KEYS[5] all      sorted set of the partition, every score 0: "<tenant>:<peer id>" of each
--                    session whose end has not begun
-- and the partition has, for each node's term of office, bound:<tenure>: hash of peer id ->
-- "<epoch> <grace in ms>", which is how a dead node's sessions are found. Its name depends on what the session
-- says, so it is made here, out of a prefix with the partition's tag.
--
-- state is "bound", "detached" (the grace runs) or "ending" (its rooms are being left).

local session, rooms, timers, tombstone, all = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]

-- The one clock that all nodes share.
local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- Whether the caller's binding is the session's current one.
local function is_current(epoch)
  return redis.call('HGET', session, 'epoch') == epoch
    and redis.call('HGET', session, 'state') ~= 'ending'
end

-- Whether the session of that secret ends, or has ended, because another one of the same user is
-- in its place.
local function is_replaced(secret)
  if redis.call('EXISTS', session) == 1 then
    return redis.call('HGET', session, 'replaced') and redis.call('HGET', session, 'secret') == secret
  end
  local stone = redis.call('GET', tombstone)
  return stone and string.match(stone, '^%d+ (.*)$') == secret
end

-- An owner is "<tenant>:<user>", and a tenant has no colon.
local function tenant_of_session()
  return string.match(redis.call('HGET', session, 'owner'), '^[^:]*')
end

-- Nobody can resume it from here on; the epoch is raised above every binding, so that leaving
-- its rooms outdoes whatever its last node may still do. Comes up again if it is not settled.
local function begin_end(peer_id, bound_prefix, settle_within)
  redis.call('HDEL', bound_prefix .. redis.call('HGET', session, 'tenure'), peer_id)
  local epoch = redis.call('HINCRBY', session, 'epoch', 1)
  redis.call('HSET', session, 'state', 'ending')
  redis.call('ZREM', all, tenant_of_session() .. ':' .. peer_id)
  redis.call('ZADD', timers, now_ms() + settle_within, peer_id)
  return { peer_id, epoch, redis.call('HGET', session, 'profile'), redis.call('SMEMBERS', rooms) }
end
