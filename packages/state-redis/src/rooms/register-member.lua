-- Says again that a session is in a room, whatever the shared state has lost. It always fits.
--
-- ARGV[1] channel prefix   ARGV[5] flags           ARGV[9]  seat
-- ARGV[2] peer id          ARGV[6] member (JSON)   ARGV[10] incarnation, if the room was lost
-- ARGV[3] epoch            ARGV[7] event: joined (JSON)
-- ARGV[4] node             ARGV[8] event: rebound (JSON)
--                                                  ARGV[11] capacity, if the room was lost
--
-- Answers { status, incarnation, rev, capacity, members }:
--   registered  published, if it had been lost
--   fenced      the session is in the room under a higher epoch

local channel_prefix, peer_id, epoch, node = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]

local present = find(peer_id)
if present then
  if present.epoch > epoch then return answer('fenced') end
  rebind(channel_prefix, ARGV[8],
    { peer_id = peer_id, present = present, epoch = epoch, node = node })
  return answer('registered')
end

redis.call('HSETNX', room, 'incarnation', ARGV[10])
redis.call('HSETNX', room, 'capacity', ARGV[11])
-- No seat may be given twice: the next one is the next rev, so rev stays above all seats.
local seat = tonumber(ARGV[9])
if tonumber(redis.call('HGET', room, 'rev') or 0) < seat - 1 then
  redis.call('HSET', room, 'rev', seat - 1)
end
local member = { epoch = epoch, node = node, seat = seat, flags = ARGV[5], json = ARGV[6] }
write(peer_id, member, nil)
publish(channel_prefix, ARGV[7], member, nil)
return answer('registered')
