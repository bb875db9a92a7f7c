-- Both users have been told of a call. ARGV[3] rev

local rev, state, rings_until = unpack(redis.call('HMGET', call, 'rev', 'state', 'rings_until'))
if rev and rev ~= ARGV[3] then return 'over' end
local name = pair .. id_of(call)
if state == 'ringing' then
  redis.call('ZADD', due, rings_until, name)
elseif state == 'accepted' then
  redis.call('ZADD', due, now_ms() + look_after_ms, name)
else
  redis.call('ZREM', due, name)
end
return 'settled'
