-- Takes a session out of a room; the room ends with the last.
--
-- ARGV[1] channel prefix    ARGV[3] epoch
-- ARGV[2] peer id           ARGV[4] event for the other nodes (JSON)
--
-- Answers { status, incarnation, rev }:
--   left        the session is out; published
--   not-member  it was not in, or is in under a higher epoch

local channel_prefix, peer_id, epoch = ARGV[1], ARGV[2], tonumber(ARGV[3])

local present = find(peer_id)
if not present or present.epoch > epoch then return { 'not-member' } end

local incarnation, rev = publish(channel_prefix, ARGV[4], present, nil)
redis.call('HDEL', members, peer_id)
count(present.node, -1)
if redis.call('HLEN', members) == 0 then erase() end
return { 'left', incarnation, rev }
