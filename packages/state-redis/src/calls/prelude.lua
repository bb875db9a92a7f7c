-- Comes before every script of this folder.
--
-- What two users have with each other is kept in one slot:
--   KEYS[1] call     hash: rev, state, from, from_peer, to, to_peer, created_at, rings_until,
--                    answered_at, ended_at, static (JSON that no script looks into); or only
--                    alias: the id of the call that this one became
--   KEYS[2] live     sorted set: ids of those that ring or are accepted, by when they were made
--   KEYS[3] due      sorted set of the partition: "<pair>:<call id>" -> when to look after it
--   KEYS[4] dataset  of the partition: opens_at, in ms
--   KEYS[5] all      sorted set of the partition, every score 0: "<pair>:<call id>" of those that
--                    ring or are accepted
--   ARGV[1] what the names of all calls of the two begin with
--   ARGV[2] "<pair>:", which the names in `due` and `all` begin with

local call, live, due, dataset, all = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local prefix, pair = ARGV[1], ARGV[2]

-- A call that is not settled within the first comes up again, one that goes on after the second.
local settle_within_ms, look_after_ms = 2000, 300000
-- How long a call is kept that is over, and one that goes on and that nobody looks after.
local keep_ms, keep_live_ms = 600000, 3600000

-- The one clock that all nodes share.
local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function id_of(key)
  return string.sub(key, #prefix + 1)
end

-- From here on `call` is the call that was meant, if another one took its place.
local alias = redis.call('HGET', call, 'alias')
if alias then call = prefix .. alias end

local function is_live(state)
  return state == 'ringing' or state == 'accepted'
end

-- What a script answers with: the status, and the call as it now is.
local function answer(status)
  return { status, id_of(call), redis.call('HGETALL', call) }
end

-- Puts a call into a state, which both of its users have to be told of.
local function turn(key, state, ...)
  redis.call('HINCRBY', key, 'rev', 1)
  redis.call('HSET', key, 'state', state, ...)
  redis.call('PEXPIRE', key, is_live(state) and keep_live_ms or keep_ms)
  if is_live(state) then
    redis.call('ZADD', live, redis.call('HGET', key, 'created_at'), id_of(key))
    redis.call('ZADD', all, 0, pair .. id_of(key))
  else
    redis.call('ZREM', live, id_of(key))
    redis.call('ZREM', all, pair .. id_of(key))
  end
  redis.call('PEXPIRE', live, keep_live_ms)
  redis.call('ZADD', due, now_ms() + settle_within_ms, pair .. id_of(key))
end
