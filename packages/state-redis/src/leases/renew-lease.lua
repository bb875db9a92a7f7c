-- Renews a lease.
--
-- ARGV[1] node  ARGV[2] term  ARGV[3] lease in ms
--
-- Answers { status, term, alive, expired }, both lists of tenures:
--   renewed  as it was
--   late     the lease had run out or was lost: a new term has begun
--   usurped  a later process runs under this name

local node, term, lease_ms = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local tenure = node .. ':' .. term

local latest = tonumber(redis.call('HGET', terms, node) or 0)
if latest > term then return { 'usurped' } end
local until_ms = redis.call('ZSCORE', leases, tenure)
local status = 'renewed'
if until_ms and tonumber(until_ms) >= now_ms() then
  redis.call('ZADD', leases, now_ms() + lease_ms, tenure)
else
  status = 'late'
  term = take(node, term, lease_ms)
end
local alive, expired = census()
return { status, term, alive, expired }
