-- Removes a session whose rooms have been left; a tombstone remains.
--
-- ARGV[1] peer id  ARGV[2] epoch of its end  ARGV[3] ms that the tombstone stays

if redis.call('HGET', session, 'epoch') ~= ARGV[2] then return 'over' end
local secret, replaced = unpack(redis.call('HMGET', session, 'secret', 'replaced'))
redis.call('DEL', session, rooms)
redis.call('ZREM', timers, ARGV[1])
redis.call('SET', tombstone, replaced and ARGV[2] .. ' ' .. secret or ARGV[2], 'PX', ARGV[3])
return 'settled'
