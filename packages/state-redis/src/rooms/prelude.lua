-- Comes before every script of this folder.
--
-- A room is three hashes in one slot:
--   KEYS[1] room     incarnation, rev, capacity
--   KEYS[2] members  peer id -> "<epoch> <node> <seat> <media> <json>"
--   KEYS[3] nodes    node id -> how many of the members it has
-- <media> is three digits, 1 or 0, for camera, microphone and screen; <json> is what the script
-- never looks into. A hash without fields does not exist, so an empty room leaves nothing.

local room, members, nodes = KEYS[1], KEYS[2], KEYS[3]

-- What a script answers with: the status, and the room as it now is.
local function answer(status)
  local fields = redis.call('HMGET', room, 'incarnation', 'rev', 'capacity')
  return { status, fields[1], fields[2], fields[3], redis.call('HGETALL', members) }
end

local function parse(member)
  local epoch, node, seat, media, json = string.match(member, '^(%d+) (%S+) (%d+) (%d+) (.*)$')
  return { epoch = tonumber(epoch), node = node, seat = seat, media = media, json = json }
end

local function format(member)
  return string.format('%d %s %s %s ', member.epoch, member.node, member.seat, member.media)
    .. member.json
end

local function count(node, change)
  if redis.call('HINCRBY', nodes, node, change) <= 0 then redis.call('HDEL', nodes, node) end
end

-- Sends an event, prepared by the caller but for what only the script knows, to every node that
-- has a member. PUBLISH, because it reaches subscribers on every master of a Redis Cluster.
local function publish(channel_prefix, rev, media, event)
  local message = string.format(
    '{"rev":%d,"incarnation":"%s","media":"%s","event":',
    rev, redis.call('HGET', room, 'incarnation'), media
  ) .. event .. '}'
  for _, node in ipairs(redis.call('HKEYS', nodes)) do
    redis.call('PUBLISH', channel_prefix .. node, message)
  end
end
