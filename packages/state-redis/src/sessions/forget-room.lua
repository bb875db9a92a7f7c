-- Takes a room off the list after it has been left. ARGV[1] epoch  ARGV[2] room

if not is_current(ARGV[1]) then return 'over' end
redis.call('SREM', rooms, ARGV[2])
return 'forgotten'
