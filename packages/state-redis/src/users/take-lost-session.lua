-- Detaches a session that no node has said to hold for too long.
--
-- ARGV[1] channel prefix  ARGV[2] user (JSON)  ARGV[3] peer id
-- ARGV[4] its name among those that are kept
--
-- Answers { status, … }:
--   lost  and then as `detach`
--   kept  meanwhile, or detached

local kept_until = redis.call('ZSCORE', kept, ARGV[4])
if not kept_until or tonumber(kept_until) > now_ms() then return { 'kept' } end
return { 'lost', unpack(detach(ARGV[3], ARGV[4], ARGV[1], ARGV[2])) }
