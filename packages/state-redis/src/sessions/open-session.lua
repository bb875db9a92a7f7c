-- Writes a new session.
--
-- ARGV[1] peer id        ARGV[4] tenure         ARGV[7] grace in ms
-- ARGV[2] epoch          ARGV[5] owner          ARGV[8] prefix of bound:<tenure>
-- ARGV[3] node           ARGV[6] secret digest  ARGV[9] profile (JSON)

redis.call('HSET', session, 'epoch', ARGV[2], 'node', ARGV[3], 'tenure', ARGV[4],
  'owner', ARGV[5], 'secret', ARGV[6], 'grace', ARGV[7], 'profile', ARGV[9], 'state', 'bound')
redis.call('ZADD', all, 0, tenant_of_session() .. ':' .. ARGV[1])
redis.call('HSET', ARGV[8] .. ARGV[4], ARGV[1], ARGV[2] .. ' ' .. ARGV[7])
return 'opened'
