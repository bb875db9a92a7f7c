-- Comes before every script of this folder.
--
-- A user is kept in the slot of their own partition:
--   KEYS[1] rev       of the last change of status, in microseconds of the clock, and so higher
--                     than any before, also when it was forgotten in between
--   KEYS[2] sessions  hash: peer id -> "<epoch> <node>"
--   KEYS[3] calls     hash: call id -> "<rev> <state> <peer id, or -> <side> <other user> <ms>"
--   KEYS[4] watchers  sorted set: node -> when it ceases to watch, in ms
--   KEYS[5] dataset   of the partition: opens_at, in ms
--   KEYS[6] kept      sorted set of the partition: "<peer id> <user>" -> until when a session counts
--                     as held by its node, in ms
-- Peer ids and user ids come without spaces. The state of a call is "intended" (nobody has made it
-- yet), "ringing", "accepted" or "over"; its peer id is the session by which the user takes part;
-- its side is "from" or "to"; the last number is when the entry was written.

local rev_key, sessions, calls, watchers, dataset, kept = unpack(KEYS)

-- How long calls are remembered that nobody looks after any more: those that are over, and those
-- that may go on, which are looked after every few minutes.
local keep_ms, keep_live_ms = 600000, 3600000

-- The one clock that all nodes share.
local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function parse_call(stored)
  local rev, state, peer, side, other, at =
    string.match(stored, '^(%d+) (%S+) (%S+) (%S+) (%S+) (%d+)$')
  return {
    rev = tonumber(rev), state = state, peer = peer, side = side, other = other, at = tonumber(at),
  }
end

-- The call of that id, or nil.
local function find_call(call_id)
  local stored = redis.call('HGET', calls, call_id)
  return stored and parse_call(stored) or nil
end

local function is_live(call)
  return call.state == 'ringing' or call.state == 'accepted'
end

-- { { id, call }, … }, without those that have been kept long enough, which are forgotten.
local function list_calls()
  local list = {}
  local entries = redis.call('HGETALL', calls)
  local oldest = now_ms() - keep_ms
  for i = 1, #entries, 2 do
    local call = parse_call(entries[i + 1])
    if is_live(call) or call.at >= oldest then
      list[#list + 1] = { id = entries[i], call = call }
    else
      redis.call('HDEL', calls, entries[i])
    end
  end
  return list
end

local function write_call(call_id, call)
  redis.call('HSET', calls, call_id, string.format('%d %s %s %s %s %d',
    call.rev, call.state, call.peer, call.side, call.other, now_ms()))
end

-- The record of calls goes by itself some time after nobody has touched it.
local function keep_calls()
  local any_live = false
  for _, stored in ipairs(redis.call('HVALS', calls)) do
    any_live = any_live or is_live(parse_call(stored))
  end
  redis.call('PEXPIRE', calls, any_live and keep_live_ms or keep_ms)
end

-- Whether the user takes part in an accepted call by a session that there is, leaving one aside.
local function is_in_call(at_sessions, at_calls, aside)
  local entries = redis.call('HGETALL', at_calls)
  for i = 1, #entries, 2 do
    local call = parse_call(entries[i + 1])
    if call.state == 'accepted' and entries[i] ~= aside
      and redis.call('HEXISTS', at_sessions, call.peer) == 1 then
      return true
    end
  end
  return false
end

local function status_of(at_sessions, at_calls)
  if redis.call('EXISTS', at_sessions) == 0 then return 'offline' end
  return is_in_call(at_sessions, at_calls, nil) and 'in-call' or 'online'
end

local function status()
  return status_of(sessions, calls)
end

-- Writes down that something changed, and answers the rev of that.
local function raise_rev(at_rev)
  local time = redis.call('TIME')
  local rev = math.max(time[1] * 1000000 + time[2], tonumber(redis.call('GET', at_rev) or 0) + 1)
  redis.call('SET', at_rev, string.format('%.0f', rev), 'PX', keep_live_ms)
  return string.format('%.0f', rev)
end

-- Tells the nodes that watch the user, if the status is not what it was. `user` is JSON.
local function tell_if_changed(before, channel_prefix, user)
  local after = status()
  if after == before then return end
  local rev = raise_rev(rev_key)
  local message = string.format('{"presence":{"status":"%s","rev":%s,"user":', after, rev) .. user .. '}}'
  redis.call('ZREMRANGEBYSCORE', watchers, '-inf', '(' .. now_ms())
  for _, node in ipairs(redis.call('ZRANGE', watchers, 0, -1)) do
    redis.call('PUBLISH', channel_prefix .. node, message)
  end
end

-- Whether nobody is missing any more since the partition's data was lost.
local function is_open()
  local opens_at = redis.call('HGET', dataset, 'opens_at')
  return opens_at and tonumber(opens_at) <= now_ms()
end

-- A session is the user's no more. Answers { call id, other user, … } of the calls in which it took
-- part; also when it was detached before, because those calls may not have been ended yet.
local function detach(peer, kept_name, channel_prefix, user)
  local before = status()
  redis.call('HDEL', sessions, peer)
  redis.call('ZREM', kept, kept_name)
  tell_if_changed(before, channel_prefix, user)
  local answer = {}
  for _, each in ipairs(list_calls()) do
    if each.call.state ~= 'over' and each.call.peer == peer then
      answer[#answer + 1] = each.id
      answer[#answer + 1] = each.call.other
    end
  end
  return answer
end
