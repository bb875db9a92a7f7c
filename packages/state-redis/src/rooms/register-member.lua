-- Says again that a session is in a room, whatever the shared state has lost. It always fits.
--
-- ARGV[1] to ARGV[14] as in join-room.lua
-- ARGV[15] incarnation, capacity, duplicates, status, created at, started at or empty (to 20), if
--          the room was lost
-- ARGV[21] seat
-- ARGV[22]… what was prepared, if the room was lost: see `prepare`
--
-- Answers what `answer` does:
--   registered  published, if it had been lost
--   replaced    another session of the user has come in after it
--   ended       the room has ended
--   fenced      the session is in the room under a higher epoch

local channel_prefix, peer_id, epoch, node = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
local user, room_id, seat = ARGV[7], ARGV[14], tonumber(ARGV[21])

local present = find(peer_id)
if present then
  if present.epoch > epoch then return answer('fenced') end
  rebind(channel_prefix, ARGV[10],
    { peer_id = peer_id, present = present, epoch = epoch, node = node })
  return answer('registered')
end
local status = redis.call('HGET', room, 'status')
if status == 'ended' then return answer('ended') end
local other = find_user(user)
if other and other.seat > seat then return answer('replaced') end

if not status then
  create(room_id, {
    incarnation = ARGV[15], capacity = ARGV[16], duplicates = ARGV[17], status = ARGV[18],
    created_at = ARGV[19], started_at = ARGV[20],
  })
  prepare(22)
end
if other then take_out(channel_prefix, ARGV[11], room_id, other.peer_id, other) end
-- No seat may be given twice: the next one is the next rev, so rev stays above all seats.
if tonumber(redis.call('HGET', room, 'rev')) < seat - 1 then
  redis.call('HSET', room, 'rev', seat - 1)
end
enter(channel_prefix, ARGV[9], room_id, peer_id, {
  epoch = epoch, node = node, seat = seat, flags = ARGV[5], user = user, role = ARGV[8],
  json = ARGV[6],
})
start_if_complete(channel_prefix, ARGV[12])
return answer('registered')
