-- Puts an annotation into a room, in the place of one of the same id.
--
-- ARGV[1] channel prefix    ARGV[4] id of the annotation
-- ARGV[2] peer id           ARGV[5] annotation (JSON) up to its time, which is its last field
-- ARGV[3] epoch             ARGV[6] event (JSON) up to the annotation
-- ARGV[7] how many a room may have
--
-- Answers { status, incarnation, rev, annotation }:
--   put         published
--   full        the room has as many as it may have, and none of this id
--   not-member  the session is not in the room, or is in it under a higher epoch

local channel_prefix, id, most = ARGV[1], ARGV[4], tonumber(ARGV[7])

local present = find_bound(ARGV[2], tonumber(ARGV[3]))
if not present then return { 'not-member' } end
if redis.call('HEXISTS', annotations, id) == 0 and redis.call('HLEN', annotations) >= most then
  return { 'full' }
end

local json = ARGV[5] .. now_ms() .. '}'
redis.call('HSET', annotations, id, json)
local event = ARGV[6] .. json .. ',"annotations":' .. redis.call('HLEN', annotations) .. '}}'
local incarnation, rev = publish(channel_prefix, event, present, nil)
return { 'put', incarnation, rev, json }
