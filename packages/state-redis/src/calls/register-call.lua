-- Says again how a call is, whatever the shared state has lost: the call, or its last changes.
--
-- ARGV[3] rev  ARGV[4] state  ARGV[5]… further fields and their values

local stored_rev = tonumber(redis.call('HGET', call, 'rev') or 0)
if stored_rev >= tonumber(ARGV[3]) then return 'known' end
redis.call('HSET', call, 'rev', ARGV[3] - 1, unpack(ARGV, 5))
turn(call, ARGV[4])
return 'registered'
