-- Takes a call into the record of one of its users, and tells the nodes of the user's sessions.
--
-- ARGV[1] channel prefix  ARGV[4] rev    ARGV[6] peer id by which the user takes part, or -
-- ARGV[2] user (JSON)     ARGV[5] state  ARGV[7] side   ARGV[9] what is told (JSON)
-- ARGV[3] call id                        ARGV[8] other user
--
-- Answers here, gone (the session of that peer id is not attached), or unavailable: it is not, but
-- the data set was lost, and not all who were are back yet.

local channel_prefix, call_id, rev, peer = ARGV[1], ARGV[3], tonumber(ARGV[4]), ARGV[6]

local present = find_call(call_id)
if not present or present.rev < rev then
  local before = status()
  write_call(call_id, { rev = rev, state = ARGV[5], peer = peer, side = ARGV[7], other = ARGV[8] })
  local told = {}
  for _, stored in ipairs(redis.call('HVALS', sessions)) do
    local node = string.match(stored, ' (%S+)$')
    if not told[node] then redis.call('PUBLISH', channel_prefix .. node, ARGV[9]) end
    told[node] = true
  end
  tell_if_changed(before, channel_prefix, ARGV[2])
end
keep_calls()
if peer == '-' or redis.call('HEXISTS', sessions, peer) == 1 then return 'here' end
return is_open() and 'gone' or 'unavailable'
