-- Replaces what a session is known by. ARGV[1] epoch  ARGV[2] profile (JSON)
-- Answers described, or over: the binding is not the current one.

if not is_current(ARGV[1]) then return 'over' end
redis.call('HSET', session, 'profile', ARGV[2])
return 'described'
