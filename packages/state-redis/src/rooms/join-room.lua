-- Lets a session into a room, which comes into being with the first.
--
-- ARGV[1] channel prefix    ARGV[4] node          ARGV[7] event for the other nodes (JSON)
-- ARGV[2] peer id           ARGV[5] media         ARGV[8] incarnation, if the room is new
-- ARGV[3] epoch             ARGV[6] member (JSON) ARGV[9] capacity, if the room is new
--
-- Answers { status, incarnation, rev, capacity, members }:
--   joined   the session is in the room now; published
--   already  it was, under this epoch
--   full     the room admits no more
--   fenced   the session is in the room under a higher epoch

local channel_prefix, peer_id, epoch, node = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]

local stored = redis.call('HGET', members, peer_id)
local present = stored and parse(stored)
if present and present.epoch > epoch then return answer('fenced') end
if present and present.epoch == epoch then return answer('already') end
local capacity = tonumber(redis.call('HGET', room, 'capacity') or ARGV[9])
if not present and redis.call('HLEN', members) >= capacity then return answer('full') end

redis.call('HSETNX', room, 'incarnation', ARGV[8])
redis.call('HSETNX', room, 'capacity', ARGV[9])
local rev = redis.call('HINCRBY', room, 'rev', 1)
local member = { epoch = epoch, node = node, seat = rev, media = ARGV[5], json = ARGV[6] }
if present then count(present.node, -1) end
redis.call('HSET', members, peer_id, format(member))
count(node, 1)
publish(channel_prefix, rev, member.media, ARGV[7])
return answer('joined')
