-- Comes before every script of this folder.
--
-- A room is five hashes in one slot:
--   KEYS[1] room         incarnation, rev, capacity, duplicates, status, created_at, updated_at, and
--                        when it has come to that started_at and ended_at; messages: how many there
--                        have been
--   KEYS[2] members      peer id -> "<epoch> <node> <seat> <flags> <user> <role> <json>"
--   KEYS[3] nodes        node id -> how many of the members it has
--   KEYS[5] chat         m<id> -> number, n<number> -> "<rev> <author> <id> <json>"
--   KEYS[6] annotations  id -> JSON
-- and beside them
--   KEYS[4] dataset      of the partition: opens_at, in ms
-- <flags> is four digits, 1 or 0: camera, microphone, screen, connected. <user> is who may have no
-- other member in the room, if its duplicates is "replace", or "-"; <role> is "-" of one without;
-- neither has spaces. <json> is what no script ever looks into.
--
-- A room that was prepared stays without members. It has besides, in its first hash:
--   prepared         what was said of it (JSON), which no script looks into; and of that
--   keep             for how many ms it is kept after its end
--   required         the roles that it waits for, with spaces between
--   screen_roles     the roles that may share a screen, with spaces between; absent if all may
--   role_of <user>   the role of a user whom it names
--
-- and the tenant's rooms in the partition have:
--   KEYS[7] all           sorted set of their ids, every score 0
--   KEYS[8] occupied      those of them that somebody is in
--   KEYS[9] participants  how many are in them
-- and all rooms of the partition:
--   KEYS[10] timers       sorted set: "<tenant>:<room id>" -> when it is removed, in ms

local room, members, nodes, dataset = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local chat, annotations = KEYS[5], KEYS[6]
local all, occupied, participants, timers = KEYS[7], KEYS[8], KEYS[9], KEYS[10]

-- The one clock that all nodes share, as text: a number of that size would be written with an
-- exponent.
local function now_ms()
  local time = redis.call('TIME')
  return string.format('%d', time[1] * 1000 + math.floor(time[2] / 1000))
end

-- What a script answers with, the room as it now is: { status, fields, members, annotations }
local function answer(status)
  local fields = redis.call('HMGET', room, 'incarnation', 'rev', 'capacity', 'duplicates',
    'status', 'created_at', 'updated_at', 'started_at', 'ended_at', 'prepared', 'messages')
  return { status, fields, redis.call('HGETALL', members), redis.call('HLEN', annotations) }
end

local function parse(stored)
  local epoch, node, seat, flags, user, role, json =
    string.match(stored, '^(%d+) (%S+) (%d+) (%d+) (%S+) (%S+) (.*)$')
  return {
    epoch = tonumber(epoch), node = node, seat = tonumber(seat), flags = flags, user = user,
    role = role, json = json,
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

local function count(node, change)
  if redis.call('HINCRBY', nodes, node, change) <= 0 then redis.call('HDEL', nodes, node) end
end

-- Writes a member; `former` is how it was, or nil.
local function write(peer_id, member, former)
  redis.call('HSET', members, peer_id, string.format('%d %s %d %s %s %s ',
    member.epoch, member.node, member.seat, member.flags, member.user, member.role) .. member.json)
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

-- Raises rev, and sends an event that the caller has prepared, but for what only the script knows,
-- to every node that has a member, and to one more. `subject` is the member that it is about, with
-- its peer id if the caller has not known that; nil of what is about the room. PUBLISH, because it
-- reaches subscribers on every master of a Redis Cluster. Answers where that has led the room.
local function publish(channel_prefix, event, subject, also)
  local rev = redis.call('HINCRBY', room, 'rev', 1)
  local at = now_ms()
  redis.call('HSET', room, 'updated_at', at)
  local about = ''
  if subject then
    local peer = subject.peer_id and '"peerId":' .. cjson.encode(subject.peer_id) .. ',' or ''
    about = string.format('"flags":"%s","seat":%d,"role":"', subject.flags, subject.seat)
      .. subject.role .. '",' .. peer
  end
  local incarnation = redis.call('HGET', room, 'incarnation')
  local message = string.format('{"rev":%d,"incarnation":"%s","at":%s,', rev, incarnation, at)
    .. about .. '"event":' .. event .. '}'
  local told = false
  for _, node in ipairs(redis.call('HKEYS', nodes)) do
    redis.call('PUBLISH', channel_prefix .. node, message)
    told = told or node == also
  end
  if also and not told then redis.call('PUBLISH', channel_prefix .. also, message) end
  return incarnation, rev
end

-- Brings the room into being, with nobody in it.
local function create(room_id, made)
  redis.call('HSET', room, 'rev', 0, 'incarnation', made.incarnation, 'capacity', made.capacity,
    'duplicates', made.duplicates, 'status', made.status, 'created_at', made.created_at,
    'updated_at', made.created_at)
  if made.started_at ~= '' then redis.call('HSET', room, 'started_at', made.started_at) end
  redis.call('ZADD', all, 0, room_id)
end

-- Writes down what a server has said of the room, as it stands in ARGV from a place on: prepared,
-- keep, required, 1 if it has screen roles, these, for how many ms the room is kept if nobody ends
-- it, its name among the timers, and behind that users and roles in turn. Of a room that nobody
-- has prepared the first one is empty.
local function prepare(from)
  if ARGV[from] == '' then return end
  redis.call('HSET', room, 'prepared', ARGV[from], 'keep', ARGV[from + 1], 'required', ARGV[from + 2])
  if ARGV[from + 3] == '1' then redis.call('HSET', room, 'screen_roles', ARGV[from + 4]) end
  for i = from + 7, #ARGV, 2 do redis.call('HSET', room, 'role_of ' .. ARGV[i], ARGV[i + 1]) end
  redis.call('ZADD', timers, now_ms() + ARGV[from + 5], ARGV[from + 6])
end

-- Nothing of the room remains.
local function discard(room_id)
  redis.call('DEL', room, members, nodes, chat, annotations)
  redis.call('ZREM', all, room_id)
end

-- The role that the room gives a user, or nil of one whom it does not name.
local function role_of(user)
  return user ~= '-' and redis.call('HGET', room, 'role_of ' .. user) or nil
end

-- Whether one of `role` may have these flags, of which the third is the screen.
local function may_share(flags, role)
  if string.sub(flags, 3, 3) ~= '1' then return true end
  local roles = redis.call('HGET', room, 'screen_roles')
  return not roles or string.find(' ' .. roles .. ' ', ' ' .. role .. ' ', 1, true) ~= nil
end

-- Lets somebody in, and publishes it.
local function enter(channel_prefix, event, room_id, peer_id, member)
  write(peer_id, member, nil)
  redis.call('INCR', participants)
  if redis.call('HLEN', members) == 1 then redis.call('ZADD', occupied, 0, room_id) end
  publish(channel_prefix, event, member, nil)
end

-- Takes somebody out, and publishes it, also to where they were. Answers where that has led the room.
local function take_out(channel_prefix, event, room_id, peer_id, member)
  local incarnation, rev = publish(channel_prefix, event, member, nil)
  redis.call('HDEL', members, peer_id)
  count(member.node, -1)
  if redis.call('DECR', participants) == 0 then redis.call('DEL', participants) end
  if redis.call('HLEN', members) == 0 then redis.call('ZREM', occupied, room_id) end
  return incarnation, rev
end

-- Begins the room, and publishes it.
local function start(channel_prefix, event)
  redis.call('HSET', room, 'status', 'in-progress', 'started_at', now_ms())
  publish(channel_prefix, event, nil, nil)
end

-- Begins a room that waits, if everybody whom it waits for is in.
local function start_if_complete(channel_prefix, event)
  if redis.call('HGET', room, 'status') ~= 'waiting' then return end
  local present = {}
  for _, stored in ipairs(redis.call('HVALS', members)) do present[parse(stored).role] = true end
  for role in string.gmatch(redis.call('HGET', room, 'required'), '%S+') do
    if not present[role] then return end
  end
  start(channel_prefix, event)
end

-- Binds a member anew. Publishes only what is new: another binding, or a connection that is back.
local function rebind(channel_prefix, event, change)
  local present = change.present
  if present.epoch == change.epoch and string.sub(present.flags, 4, 4) == '1' then return end
  local member = {
    epoch = change.epoch, node = change.node, seat = present.seat,
    flags = merge(present.flags, '---1'), user = present.user, role = present.role,
    json = present.json,
  }
  write(change.peer_id, member, present)
  publish(channel_prefix, event, member, present.node)
end
