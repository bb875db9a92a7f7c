-- Lets a session into a room, which comes into being with the first.
--
-- ARGV[1] channel prefix   ARGV[6]  member (JSON)           ARGV[11] incarnation, if the room is new
-- ARGV[2] peer id          ARGV[7]  user, or -              ARGV[12] capacity, if the room is new
-- ARGV[3] epoch            ARGV[8]  event: joined (JSON)    ARGV[13] duplicates, if the room is new
-- ARGV[4] node             ARGV[9]  event: rebound (JSON)   ARGV[14] 1 if it may make the room
-- ARGV[5] flags            ARGV[10] event: left (JSON)
-- ARGV[15] peer id of the only session of the user that it may replace, or empty if it may any
--
-- Answers what `answer` does:
--   joined       the session is in the room now, in the place of another session of its user if
--                there was one; published
--   already      it was; if under a lower epoch, it has been rebound
--   full         the room admits no more
--   absent       there is no such room, and the session may not make it
--   occupied     another session of the user is in the room, which it may not replace
--   fenced       the session is in the room under a higher epoch
--   unavailable  the data set was lost, and not all who were in are back yet

local channel_prefix, peer_id, epoch, node = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
local user = ARGV[7]

local present = find(peer_id)
if present then
  if present.epoch > epoch then return answer('fenced') end
  rebind(channel_prefix, ARGV[9],
    { peer_id = peer_id, present = present, epoch = epoch, node = node })
  return answer('already')
end
local opens_at = redis.call('HGET', dataset, 'opens_at')
local time = redis.call('TIME')
if not opens_at or tonumber(opens_at) > time[1] * 1000 then return answer('unavailable') end
if ARGV[14] ~= '1' and redis.call('EXISTS', room) == 0 then return answer('absent') end
local other = find_user(user)
if other and ARGV[15] ~= '' and ARGV[15] ~= other.peer_id then return answer('occupied') end
local capacity = tonumber(redis.call('HGET', room, 'capacity') or ARGV[12])
if not other and redis.call('HLEN', members) >= capacity then return answer('full') end

redis.call('HSETNX', room, 'incarnation', ARGV[11])
redis.call('HSETNX', room, 'capacity', ARGV[12])
redis.call('HSETNX', room, 'duplicates', ARGV[13])
if other then displace(channel_prefix, ARGV[10], other) end
local seat = tonumber(redis.call('HGET', room, 'rev') or 0) + 1
local member = {
  epoch = epoch, node = node, seat = seat, flags = ARGV[5], user = user, json = ARGV[6],
}
write(peer_id, member, nil)
publish(channel_prefix, ARGV[8], member, nil)
return answer('joined')
