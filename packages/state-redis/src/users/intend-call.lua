-- Names a call in the record of one of its users before it is made.
--
-- ARGV[1] call id  ARGV[2] side       ARGV[4] peer id of the caller, or - on the other side
--                  ARGV[3] other user  ARGV[5] how many calls the record holds
--
-- Answers { status, 1 if the user is in another call that was accepted }:
--   intended  now, or before
--   taken     there is another call of that id
--   full
--   absent    the calling session is not attached

local call_id, side, other, peer = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

if peer ~= '-' and redis.call('HEXISTS', sessions, peer) == 0 then return { 'absent' } end
local present = find_call(call_id)
if present and (present.side ~= side or present.other ~= other) then return { 'taken' } end
if not present then
  if #list_calls() >= tonumber(ARGV[5]) then return { 'full' } end
  write_call(call_id, { rev = 0, state = 'intended', peer = peer, side = side, other = other })
  keep_calls()
end
return { 'intended', is_in_call(sessions, calls, call_id) and 1 or 0 }
