-- Reads the annotations of a room.
--
-- ARGV[1] channel prefix    ARGV[2] peer id    ARGV[3] epoch
--
-- Answers { status, annotations... }, in any order:
--   listed
--   not-member  the session is not in the room, or is in it under a higher epoch

if not find_bound(ARGV[2], tonumber(ARGV[3])) then return { 'not-member' } end
return { 'listed', unpack(redis.call('HVALS', annotations)) }
