-- Lets a session into a room, which comes into being with the first unless it was prepared.
--
-- ARGV[1] channel prefix   ARGV[6]  member (JSON)           ARGV[11] event: left (JSON)
-- ARGV[2] peer id          ARGV[7]  sole user, or -         ARGV[12] event: started (JSON)
-- ARGV[3] epoch            ARGV[8]  role, or -              ARGV[13] user, or -
-- ARGV[4] node             ARGV[9]  event: joined (JSON)    ARGV[14] room id
-- ARGV[5] flags            ARGV[10] event: rebound (JSON)
-- ARGV[15] incarnation, capacity and duplicates (16, 17), if the room is new
-- ARGV[18] 1 if it may make the room
-- ARGV[19] 1 if it may enter only if the room names its user
-- ARGV[20] peer id of the only session of the user that it may replace, or empty if it may any
--
-- Answers what `answer` does:
--   joined       the session is in the room now, in the place of another session of its user if
--                there was one; published
--   already      it was; if under a lower epoch, it has been rebound
--   full         the room admits no more
--   absent       there is no such room, and the session may not make it
--   stranger     the room, if there is one, does not name its user
--   ended        the room has ended
--   screen-refused  the room does not let it share its screen
--   occupied     another session of the user is in the room, which it may not replace
--   fenced       the session is in the room under a higher epoch
--   unavailable  the data set was lost, and not all who were in are back yet

local channel_prefix, peer_id, epoch, node = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
local flags, sole_user, room_id = ARGV[5], ARGV[7], ARGV[14]

local present = find(peer_id)
if present then
  if present.epoch > epoch then return answer('fenced') end
  rebind(channel_prefix, ARGV[10],
    { peer_id = peer_id, present = present, epoch = epoch, node = node })
  return answer('already')
end
local now = now_ms()
local opens_at = redis.call('HGET', dataset, 'opens_at')
if not opens_at or tonumber(opens_at) > tonumber(now) then return answer('unavailable') end
local given_role = role_of(ARGV[13])
if ARGV[19] == '1' and not given_role then return answer('stranger') end
local capacity, status = unpack(redis.call('HMGET', room, 'capacity', 'status'))
if ARGV[18] ~= '1' and not status then return answer('absent') end
if status == 'ended' then return answer('ended') end
local role = ARGV[8] == '-' and given_role or ARGV[8]
if not may_share(flags, role) then return answer('screen-refused') end
local other = find_user(sole_user)
if other and ARGV[20] ~= '' and ARGV[20] ~= other.peer_id then return answer('occupied') end
if not other and redis.call('HLEN', members) >= tonumber(capacity or ARGV[16]) then
  return answer('full')
end

if not status then
  create(room_id, {
    incarnation = ARGV[15], capacity = ARGV[16], duplicates = ARGV[17],
    status = 'in-progress', created_at = now, started_at = now,
  })
end
if other then take_out(channel_prefix, ARGV[11], room_id, other.peer_id, other) end
local seat = tonumber(redis.call('HGET', room, 'rev')) + 1
enter(channel_prefix, ARGV[9], room_id, peer_id, {
  epoch = epoch, node = node, seat = seat, flags = flags, user = sole_user, role = role,
  json = ARGV[6],
})
start_if_complete(channel_prefix, ARGV[12])
return answer('joined')
