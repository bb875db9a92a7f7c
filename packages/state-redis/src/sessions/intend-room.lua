-- Lists a room before it is entered. ARGV[1] epoch  ARGV[2] room
-- Answers intended, or over: the binding is not the current one.

if not is_current(ARGV[1]) then return 'over' end
redis.call('SADD', rooms, ARGV[2])
return 'intended'
