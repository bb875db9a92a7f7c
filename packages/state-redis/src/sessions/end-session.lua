-- Begins the end of a session before its grace is over.
--
-- ARGV[1] peer id  ARGV[2] epoch  ARGV[3] prefix of bound:<tenure>  ARGV[4] ms to settle in
-- ARGV[5] replaced, if another session of the same user is in its place
--
-- Answers { peer id, epoch, profile, rooms }, or {} when the binding is over.

if not is_current(ARGV[2]) then return {} end
if ARGV[5] == 'replaced' then redis.call('HSET', session, 'replaced', 1) end
return begin_end(ARGV[1], ARGV[3], ARGV[4])
