-- Takes an annotation out of a room.
--
-- ARGV[1] channel prefix    ARGV[4] id of the annotation
-- ARGV[2] peer id           ARGV[5] event (JSON) up to how many there are then
-- ARGV[3] epoch
--
-- Answers { status, incarnation, rev }:
--   removed     published
--   absent      there was none
--   not-member  the session is not in the room, or is in it under a higher epoch

local present = find_bound(ARGV[2], tonumber(ARGV[3]))
if not present then return { 'not-member' } end
if redis.call('HDEL', annotations, ARGV[4]) == 0 then return { 'absent' } end
local event = ARGV[5] .. redis.call('HLEN', annotations) .. '}}'
return { 'removed', publish(ARGV[1], event, present, nil) }
