-- Starts the grace of a session that lost its connection.
--
-- ARGV[1] peer id  ARGV[2] epoch  ARGV[3] prefix of bound:<tenure>

if not is_current(ARGV[2]) then return 'over' end
redis.call('HSET', session, 'state', 'detached')
redis.call('HDEL', ARGV[3] .. redis.call('HGET', session, 'tenure'), ARGV[1])
redis.call('ZADD', timers, now_ms() + redis.call('HGET', session, 'grace'), ARGV[1])
return 'detached'
