-- Takes a call off the record that was intended and is not made. ARGV[1] call id

local present = find_call(ARGV[1])
if present and present.state == 'intended' then redis.call('HDEL', calls, ARGV[1]) end
return 'released'
