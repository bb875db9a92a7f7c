-- Binds a participant to where its session is reached now.
--
-- ARGV[1] channel prefix    ARGV[3] epoch    ARGV[5] event: rebound (JSON)
-- ARGV[2] peer id           ARGV[4] node     ARGV[6] user, or -
--
-- Answers what `answer` does:
--   rebound     now, or before
--   replaced    another session of the user is in the room in its place
--   ended       the session is not in the room, which has ended
--   not-member  the session is not in the room, or is in it under a higher epoch

local channel_prefix, peer_id, epoch, node = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]

local present = find(peer_id)
if not present and redis.call('HGET', room, 'status') == 'ended' then return answer('ended') end
if not present and find_user(ARGV[6]) then return { 'replaced' } end
if not present or present.epoch > epoch then return { 'not-member' } end
rebind(channel_prefix, ARGV[5],
  { peer_id = peer_id, present = present, epoch = epoch, node = node })
return answer('rebound')
