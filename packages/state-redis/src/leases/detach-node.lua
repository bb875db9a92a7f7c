-- Starts the grace of every session of one partition that is bound to a dead node. Its keys are
-- not those of the other scripts:
--
-- KEYS[1] bound:<tenure> of the partition   ARGV[1] what the keys of the sessions begin with
-- KEYS[2] timers of the partition
--
-- Answers how many there were.

local now = now_ms()
local bound = redis.call('HGETALL', KEYS[1])
for i = 1, #bound, 2 do
  local peer_id, grace = bound[i], string.match(bound[i + 1], '(%d+)$')
  if redis.call('EXISTS', ARGV[1] .. peer_id) == 1 then
    redis.call('HSET', ARGV[1] .. peer_id, 'state', 'detached')
    redis.call('ZADD', KEYS[2], now + grace, peer_id)
  end
end
redis.call('DEL', KEYS[1])
return #bound / 2
