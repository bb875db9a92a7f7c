-- Lets a session into a room, which comes into being with the first.
--
-- ARGV[1] channel prefix   ARGV[5] flags           ARGV[9]  incarnation, if the room is new
-- ARGV[2] peer id          ARGV[6] member (JSON)   ARGV[10] capacity, if the room is new
-- ARGV[3] epoch            ARGV[7] event: joined (JSON)
-- ARGV[4] node             ARGV[8] event: rebound (JSON)
--
-- Answers { status, incarnation, rev, capacity, members }:
--   joined       the session is in the room now; published
--   already      it was; if under a lower epoch, it has been rebound
--   full         the room admits no more
--   fenced       the session is in the room under a higher epoch
--   unavailable  the data set was lost, and not all who were in are back yet

local channel_prefix, peer_id, epoch, node = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]

local present = find(peer_id)
if present then
  if present.epoch > epoch then return answer('fenced') end
  rebind(channel_prefix, ARGV[8],
    { peer_id = peer_id, present = present, epoch = epoch, node = node })
  return answer('already')
end
local opens_at = redis.call('HGET', dataset, 'opens_at')
local time = redis.call('TIME')
if not opens_at or tonumber(opens_at) > time[1] * 1000 then return answer('unavailable') end
local capacity = tonumber(redis.call('HGET', room, 'capacity') or ARGV[10])
if redis.call('HLEN', members) >= capacity then return answer('full') end

redis.call('HSETNX', room, 'incarnation', ARGV[9])
redis.call('HSETNX', room, 'capacity', ARGV[10])
local seat = tonumber(redis.call('HGET', room, 'rev') or 0) + 1
local member = { epoch = epoch, node = node, seat = seat, flags = ARGV[5], json = ARGV[6] }
write(peer_id, member, nil)
publish(channel_prefix, ARGV[7], member, nil)
return answer('joined')
