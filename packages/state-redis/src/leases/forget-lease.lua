-- Forgets a lease, and what its node said under it. ARGV[1] tenure

redis.call('ZREM', leases, ARGV[1])
local node = node_of(ARGV[1])
local latest = latest_of(node)
-- Under a later one the node has said something else.
if node .. ':' .. latest == ARGV[1] then
  redis.call('HDEL', KEYS[3], node)
  redis.call('HDEL', KEYS[4], node)
end
