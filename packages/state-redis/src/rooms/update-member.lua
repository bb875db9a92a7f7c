-- Changes the flags of a participant.
--
-- ARGV[1] channel prefix    ARGV[3] epoch
-- ARGV[2] peer id           ARGV[4] flags: four characters, 1, 0, or - for "as it was"
-- ARGV[6] member (JSON), or "" for "as it was"
--                           ARGV[5] event for the other nodes (JSON)
-- ARGV[7] the user who may share a screen only if the room names them, or - of one who may anyway
--
-- Answers { status, flags, incarnation, rev }:
--   updated     published, also when no media flag is different now
--   screen-refused  the room does not let it share its screen
--   not-member  the session is not in the room, or is in it under a higher epoch

local channel_prefix, peer_id, epoch = ARGV[1], ARGV[2], tonumber(ARGV[3])

local present = find(peer_id)
if not present or present.epoch > epoch then return { 'not-member' } end

local is_stranger = ARGV[7] ~= '-' and not role_of(ARGV[7])
local shares = string.sub(ARGV[4], 3, 3) == '1'
if shares and (is_stranger or not may_share(ARGV[4], present.role)) then
  return { 'screen-refused' }
end
local flags = merge(present.flags, ARGV[4])
-- A toggle is relayed whatever it changes; that a connection is lost is news only once.
if flags == present.flags and string.sub(ARGV[4], 4, 4) ~= '-' then return { 'updated', flags } end
present.flags = flags
if ARGV[6] ~= '' then present.json = ARGV[6] end
write(peer_id, present, present)
return { 'updated', present.flags, publish(channel_prefix, ARGV[5], present, nil) }
