-- Begins the end of a session, whoever holds it, and tells its node.
--
-- ARGV[1] peer id  ARGV[2] tenant  ARGV[3] prefix of bound:<tenure>  ARGV[4] ms to settle in
-- ARGV[5] channel prefix
--
-- Answers { peer id, epoch, profile, rooms }, or {} when the tenant has no such session, or it is
-- ending already.

local node, state = unpack(redis.call('HMGET', session, 'node', 'state'))
if not state or state == 'ending' or tenant_of_session() ~= ARGV[2] then return {} end
local ending = begin_end(ARGV[1], ARGV[3], ARGV[4])
redis.call('PUBLISH', ARGV[5] .. node, string.format(
  '{"fenced":{"peerId":%s,"epoch":%d,"node":null}}', cjson.encode(ARGV[1]), ending[2]
))
return ending
