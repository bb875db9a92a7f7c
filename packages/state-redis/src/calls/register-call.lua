-- Says again that there is a call, whatever the shared state has lost.
--
-- ARGV[3] rev  ARGV[4] state  ARGV[5]… further fields and their values

if redis.call('EXISTS', call) == 1 then return 'known' end
redis.call('HSET', call, 'rev', ARGV[3] - 1, unpack(ARGV, 5))
turn(call, ARGV[4])
return 'registered'
