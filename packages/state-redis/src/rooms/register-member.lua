-- Says again that a session is in a room, whatever the shared state has lost. It always fits.
--
-- ARGV[1] channel prefix   ARGV[6]  member (JSON)           ARGV[11] seat
-- ARGV[2] peer id          ARGV[7]  user, or -              ARGV[12] incarnation, if it was lost
-- ARGV[3] epoch            ARGV[8]  event: joined (JSON)    ARGV[13] capacity, if it was lost
-- ARGV[4] node             ARGV[9]  event: rebound (JSON)   ARGV[14] duplicates, if it was lost
-- ARGV[5] flags            ARGV[10] event: left (JSON)
--
-- Answers what `answer` does:
--   registered  published, if it had been lost
--   replaced    another session of the user has come in after it
--   fenced      the session is in the room under a higher epoch

local channel_prefix, peer_id, epoch, node = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
local user, seat = ARGV[7], tonumber(ARGV[11])

local present = find(peer_id)
if present then
  if present.epoch > epoch then return answer('fenced') end
  rebind(channel_prefix, ARGV[9],
    { peer_id = peer_id, present = present, epoch = epoch, node = node })
  return answer('registered')
end
local other = find_user(user)
if other and other.seat > seat then return answer('replaced') end

redis.call('HSETNX', room, 'incarnation', ARGV[12])
redis.call('HSETNX', room, 'capacity', ARGV[13])
redis.call('HSETNX', room, 'duplicates', ARGV[14])
if other then displace(channel_prefix, ARGV[10], other) end
-- No seat may be given twice: the next one is the next rev, so rev stays above all seats.
if tonumber(redis.call('HGET', room, 'rev') or 0) < seat - 1 then
  redis.call('HSET', room, 'rev', seat - 1)
end
local member = {
  epoch = epoch, node = node, seat = seat, flags = ARGV[5], user = user, json = ARGV[6],
}
write(peer_id, member, nil)
publish(channel_prefix, ARGV[8], member, nil)
return answer('registered')
