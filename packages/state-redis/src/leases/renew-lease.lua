-- Renews a lease.
--
-- ARGV[1] node  ARGV[2] term  ARGV[3] birth of the process  ARGV[4] lease in ms
-- ARGV[5] how many connections the node has, or -1 of one that takes no new ones
-- ARGV[6] its report (JSON)
--
-- Answers { status, term, alive, expired, now in µs, total load of those alive, of how many },
-- alive and expired being lists of tenures:
--   renewed  as it was
--   late     the lease had run out or was lost: a new term has begun, now or at an earlier call
--            that was not answered
--   usurped  a later process runs under this name

local node, term, born, lease_ms = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]

local latest, latest_born = latest_of(node)
if latest_born > born then return { 'usurped' } end
local status = latest == term and 'renewed' or 'late'
local until_ms = redis.call('ZSCORE', leases, node .. ':' .. latest)
if until_ms and tonumber(until_ms) >= now_ms() then
  term = latest
  redis.call('ZADD', leases, now_ms() + lease_ms, node .. ':' .. term)
else
  status = 'late'
  term = take(node, born, term, lease_ms)
end
if ARGV[5] == '-1' then
  redis.call('HDEL', KEYS[3], node)
else
  redis.call('HSET', KEYS[3], node, ARGV[5])
end
redis.call('HSET', KEYS[4], node, ARGV[6])
local alive, expired = census()
return { status, term, alive, expired, now_us(), total_load(alive) }
