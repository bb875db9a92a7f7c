-- Comes before every script of this folder.
--
-- A room is three hashes in one slot:
--   KEYS[1] room     incarnation, rev, capacity
--   KEYS[2] members  peer id -> "<epoch> <node> <seat> <flags> <json>"
--   KEYS[3] nodes    node id -> how many of the members it has
--   KEYS[4] dataset  of the partition: opens_at, in ms
-- <flags> is four digits, 1 or 0: camera, microphone, screen, connected. <json> is what no script
-- ever looks into. A hash without fields does not exist, so an empty room leaves nothing.

local room, members, nodes, dataset = KEYS[1], KEYS[2], KEYS[3], KEYS[4]

-- What a script answers with: the status, and the room as it now is.
local function answer(status)
  local fields = redis.call('HMGET', room, 'incarnation', 'rev', 'capacity')
  return { status, fields[1], fields[2], fields[3], redis.call('HGETALL', members) }
end

-- The member of that peer id, or nil.
local function find(peer_id)
  local stored = redis.call('HGET', members, peer_id)
  if not stored then return nil end
  local epoch, node, seat, flags, json = string.match(stored, '^(%d+) (%S+) (%d+) (%d+) (.*)$')
  return { epoch = tonumber(epoch), node = node, seat = seat, flags = flags, json = json }
end

local function count(node, change)
  if redis.call('HINCRBY', nodes, node, change) <= 0 then redis.call('HDEL', nodes, node) end
end

-- Writes a member; `former` is how it was, or nil.
local function write(peer_id, member, former)
  redis.call('HSET', members, peer_id, string.format('%d %s %d %s ',
    member.epoch, member.node, member.seat, member.flags) .. member.json)
  if not former or former.node ~= member.node then
    if former then count(former.node, -1) end
    count(member.node, 1)
  end
end

-- What is left of a full set of flags after a change in which `-` means "as it was".
local function merge(flags, change)
  local merged = ''
  for i = 1, 4 do
    local flag = string.sub(change, i, i)
    merged = merged .. (flag == '-' and string.sub(flags, i, i) or flag)
  end
  return merged
end

-- Raises rev, and sends an event that the caller has prepared, but for what only the script
-- knows, to every node that has a member, and to one more. PUBLISH, because it reaches
-- subscribers on every master of a Redis Cluster.
local function publish(channel_prefix, event, subject, also)
  local rev = redis.call('HINCRBY', room, 'rev', 1)
  local message = string.format(
    '{"rev":%d,"incarnation":"%s","flags":"%s","seat":%d,"event":',
    rev, redis.call('HGET', room, 'incarnation'), subject.flags, subject.seat
  ) .. event .. '}'
  local told = false
  for _, node in ipairs(redis.call('HKEYS', nodes)) do
    redis.call('PUBLISH', channel_prefix .. node, message)
    told = told or node == also
  end
  if also and not told then redis.call('PUBLISH', channel_prefix .. also, message) end
end

-- Binds a member anew. Publishes only what is new: another binding, or a connection that is back.
local function rebind(channel_prefix, event, change)
  local present = change.present
  if present.epoch == change.epoch and string.sub(present.flags, 4, 4) == '1' then return end
  local member = {
    epoch = change.epoch, node = change.node, seat = present.seat,
    flags = merge(present.flags, '---1'), json = present.json,
  }
  write(change.peer_id, member, present)
  publish(channel_prefix, event, member, present.node)
end
