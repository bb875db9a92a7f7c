-- Takes a session out of a room, which is gone with the last unless it was prepared.
--
-- ARGV[1] channel prefix    ARGV[3] epoch
-- ARGV[2] peer id           ARGV[4] event for the other nodes (JSON)
-- ARGV[5] room id
--
-- Answers { status, incarnation, rev }:
--   left        the session is out; published
--   not-member  it was not in, or is in under a higher epoch

local channel_prefix, peer_id, epoch = ARGV[1], ARGV[2], tonumber(ARGV[3])

local present = find(peer_id)
if not present or present.epoch > epoch then return { 'not-member' } end

local incarnation, rev = take_out(channel_prefix, ARGV[4], ARGV[5], peer_id, present)
if redis.call('HLEN', members) == 0 and redis.call('HEXISTS', room, 'prepared') == 0 then
  discard(ARGV[5])
end
return { 'left', incarnation, rev }
