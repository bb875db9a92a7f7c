-- Comes before every script of this folder.
--
-- A room is five hashes in one slot:
--   KEYS[1] room         incarnation, rev, capacity, duplicates, messages: how many there have been
--   KEYS[2] members      peer id -> "<epoch> <node> <seat> <flags> <user> <json>"
--   KEYS[3] nodes        node id -> how many of the members it has
--   KEYS[5] chat         m<id> -> number, n<number> -> "<rev> <author> <id> <json>"
--   KEYS[6] annotations  id -> JSON
-- and beside them
--   KEYS[4] dataset      of the partition: opens_at, in ms
-- <flags> is four digits, 1 or 0: camera, microphone, screen, connected. <user> is who may have no
-- other member in the room, if its duplicates is "replace", or "-"; it has no spaces. <json> is
-- what no script ever looks into. A hash without fields does not exist, so an empty room leaves nothing.

local room, members, nodes, dataset = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local chat, annotations = KEYS[5], KEYS[6]

-- What a script answers with, the room as it now is: { status, incarnation, rev, capacity,
-- duplicates, members, messages or nil, annotations }
local function answer(status)
  local fields =
    redis.call('HMGET', room, 'incarnation', 'rev', 'capacity', 'duplicates', 'messages')
  return {
    status, fields[1], fields[2], fields[3], fields[4], redis.call('HGETALL', members),
    fields[5], redis.call('HLEN', annotations),
  }
end

local function parse(stored)
  local epoch, node, seat, flags, user, json =
    string.match(stored, '^(%d+) (%S+) (%d+) (%d+) (%S+) (.*)$')
  return {
    epoch = tonumber(epoch), node = node, seat = tonumber(seat), flags = flags, user = user,
    json = json,
  }
end

-- The member of that peer id, or nil.
local function find(peer_id)
  local stored = redis.call('HGET', members, peer_id)
  return stored and parse(stored) or nil
end

-- The member that a user has in a room which admits only one of each, with its peer id, or nil.
local function find_user(user)
  if user == '-' or redis.call('HGET', room, 'duplicates') ~= 'replace' then return nil end
  local entries = redis.call('HGETALL', members)
  for i = 1, #entries, 2 do
    if string.match(entries[i + 1], '^%d+ %S+ %d+ %d+ (%S+) ') == user then
      local member = parse(entries[i + 1])
      member.peer_id = entries[i]
      return member
    end
  end
  return nil
end

-- The member of that peer id, unless it is in the room under a higher epoch; or nil.
local function find_bound(peer_id, epoch)
  local present = find(peer_id)
  return present and present.epoch <= epoch and present or nil
end

-- Milliseconds since 1970, as text: a number of that size would be written with an exponent.
local function now()
  local time = redis.call('TIME')
  return string.format('%d', time[1] * 1000 + math.floor(time[2] / 1000))
end

-- Of a room that nobody is in nothing remains.
local function erase() redis.call('DEL', room, nodes, chat, annotations) end

local function count(node, change)
  if redis.call('HINCRBY', nodes, node, change) <= 0 then redis.call('HDEL', nodes, node) end
end

-- Writes a member; `former` is how it was, or nil.
local function write(peer_id, member, former)
  redis.call('HSET', members, peer_id, string.format('%d %s %d %s %s ',
    member.epoch, member.node, member.seat, member.flags, member.user) .. member.json)
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
-- knows (of one that was found by its user also the peer id), to every node that has a member, and to one more. PUBLISH, because it reaches
-- subscribers on every master of a Redis Cluster. Answers where that has led the room.
local function publish(channel_prefix, event, subject, also)
  local rev = redis.call('HINCRBY', room, 'rev', 1)
  local incarnation = redis.call('HGET', room, 'incarnation')
  local peer = subject.peer_id and '"peerId":' .. cjson.encode(subject.peer_id) .. ',' or ''
  local message = string.format(
    '{"rev":%d,"incarnation":"%s","flags":"%s","seat":%d,%s"event":',
    rev, incarnation, subject.flags, subject.seat, peer
  ) .. event .. '}'
  local told = false
  for _, node in ipairs(redis.call('HKEYS', nodes)) do
    redis.call('PUBLISH', channel_prefix .. node, message)
    told = told or node == also
  end
  if also and not told then redis.call('PUBLISH', channel_prefix .. also, message) end
  return incarnation, rev
end

-- Binds a member anew. Publishes only what is new: another binding, or a connection that is back.
local function rebind(channel_prefix, event, change)
  local present = change.present
  if present.epoch == change.epoch and string.sub(present.flags, 4, 4) == '1' then return end
  local member = {
    epoch = change.epoch, node = change.node, seat = present.seat,
    flags = merge(present.flags, '---1'), user = present.user, json = present.json,
  }
  write(change.peer_id, member, present)
  publish(channel_prefix, event, member, present.node)
end

-- Takes out a member that `find_user` has found, because the same user comes in anew.
local function displace(channel_prefix, event, member)
  publish(channel_prefix, event, member, nil)
  redis.call('HDEL', members, member.peer_id)
  count(member.node, -1)
end
