-- Says something to all in a room.
--
-- ARGV[1] channel prefix    ARGV[4] id of the message, without spaces
-- ARGV[2] peer id           ARGV[5] author, without spaces
-- ARGV[3] epoch             ARGV[6] message (JSON) up to its time, which is its last field
-- ARGV[7] event (JSON) up to the message, which is the last of its change
-- ARGV[8] how many messages are kept
--
-- Answers { status, incarnation, rev, message }:
--   sent        now, published; or before, by the same author
--   taken       another author has sent one of that id
--   not-member  the session is not in the room, or is in it under a higher epoch

local channel_prefix, id, author, kept = ARGV[1], ARGV[4], ARGV[5], tonumber(ARGV[8])

local present = find_bound(ARGV[2], tonumber(ARGV[3]))
if not present then return { 'not-member' } end
local known = redis.call('HGET', chat, 'm' .. id)
if known then
  local rev, by, json =
    string.match(redis.call('HGET', chat, 'n' .. known), '^(%d+) (%S+) %S+ (.*)$')
  if by ~= author then return { 'taken' } end
  return { 'sent', redis.call('HGET', room, 'incarnation'), rev, json }
end

local json = ARGV[6] .. now_ms() .. '}'
local incarnation, rev = publish(channel_prefix, ARGV[7] .. json .. '}}', present, nil)
local number = redis.call('HINCRBY', room, 'messages', 1)
redis.call('HSET', chat, 'm' .. id, number,
  'n' .. number, string.format('%d %s %s ', rev, author, id) .. json)
local oldest = 'n' .. (number - kept)
local dropped = redis.call('HGET', chat, oldest)
if dropped then
  redis.call('HDEL', chat, oldest, 'm' .. string.match(dropped, '^%d+ %S+ (%S+) '))
end
return { 'sent', incarnation, rev, json }
