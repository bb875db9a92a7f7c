-- Changes what a participant sends.
--
-- ARGV[1] channel prefix    ARGV[3] epoch
-- ARGV[2] peer id           ARGV[4] media: three characters, 1, 0, or - for "as it was"
--                           ARGV[5] event for the other nodes (JSON)
--
-- Answers { status, media }:
--   updated     published, also when nothing is different now
--   not-member  the session is not in the room, or is in it under a higher epoch

local channel_prefix, peer_id, epoch, change = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]

local stored = redis.call('HGET', members, peer_id)
if not stored then return { 'not-member' } end
local member = parse(stored)
if member.epoch > epoch then return { 'not-member' } end

local media = ''
for i = 1, 3 do
  local flag = string.sub(change, i, i)
  media = media .. (flag == '-' and string.sub(member.media, i, i) or flag)
end
member.media = media
redis.call('HSET', members, peer_id, format(member))
local rev = redis.call('HINCRBY', room, 'rev', 1)
publish(channel_prefix, rev, media, ARGV[5])
return { 'updated', media }
