-- Does something to a call.
--
-- ARGV[3] action: accept, reject, cancel, end, or drop, which is the end of a session
-- ARGV[4] user    ARGV[5] peer id
--
-- Answers { status, call id, fields }:
--   changed
--   repeated  it had been done before, by the same side
--   refused  it cannot be done to the call as it is
--   absent

local action, user, peer = ARGV[3], ARGV[4], ARGV[5]

local transitions = {
  accept = { before = 'ringing', side = 'to', after = 'accepted' },
  reject = { before = 'ringing', side = 'to', after = 'rejected' },
  cancel = { before = 'ringing', side = 'from', after = 'cancelled' },
  ['end'] = { before = 'accepted', after = 'ended' },
}

local state, from, from_peer, to_peer =
  unpack(redis.call('HMGET', call, 'state', 'from', 'from_peer', 'to_peer'))
if not state then return { 'absent' } end
local side = user == from and 'from' or 'to'

if action == 'drop' then
  local own_peer = side == 'from' and from_peer or to_peer
  if own_peer ~= peer or not is_live(state) then return answer('refused') end
  action = state == 'ringing' and 'cancel' or 'end'
end

local transition = transitions[action]
if transition.side and transition.side ~= side then return answer('refused') end
if state == transition.after and (action ~= 'accept' or to_peer == peer) then
  return answer('repeated')
end
if state ~= transition.before then return answer('refused') end
if action == 'accept' then
  turn(call, transition.after, 'to_peer', peer, 'answered_at', now_ms())
else
  turn(call, transition.after, 'ended_at', now_ms())
end
return answer('changed')
