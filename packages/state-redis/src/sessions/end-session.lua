-- Begins the end of a session at the wish of its client.
--
-- ARGV[1] peer id  ARGV[2] epoch  ARGV[3] prefix of bound:<tenure>  ARGV[4] ms to settle in
--
-- Answers { peer id, epoch, rooms }, or {} when the binding is over.

if not is_current(ARGV[2]) then return {} end
return begin_end(ARGV[1], ARGV[3], ARGV[4])
