-- Comes before the scripts that keep leases.
--
--   KEYS[1] leases  sorted set: tenure -> when it runs out, in ms
--   KEYS[2] terms   hash: node -> "<its latest term> <when the process that took it was born>"
--   KEYS[3] loads   hash: node -> how many connections it had at its last renewal; of nodes that
--                   take new ones
--   KEYS[4] reports hash: node -> what it said of itself then (JSON that no script looks into)
-- A tenure is "<node>:<term>", the term rising with every new lease of a node: what is bound to
-- an earlier one can be told from what is bound to the present one, even if the node is back.
-- A process is known by its birth, so that one whose new term was not answered is not a stranger
-- to itself.

local leases, terms = KEYS[1], KEYS[2]

-- The one clock that all nodes share.
local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- The same with all the digits there are.
local function now_us()
  local time = redis.call('TIME')
  return time[1] * 1000000 + time[2]
end

local function node_of(tenure)
  return string.match(tenure, '^(.*):%d+$')
end

-- The latest term of a node and the birth of who took it; 0 and 0 where nothing is known.
local function latest_of(node)
  local term, born = string.match(redis.call('HGET', terms, node) or '', '^(%d+) (%d+)$')
  return tonumber(term or 0), tonumber(born or 0)
end

-- Begins a new term, above any that the caller has had, also when the set of terms was lost.
local function take(node, born, above, lease_ms)
  local latest = latest_of(node)
  local term = math.max(latest, above) + 1
  redis.call('HSET', terms, node, string.format('%d %d', term, born))
  redis.call('ZADD', leases, now_ms() + lease_ms, node .. ':' .. term)
  return term
end

-- What the nodes of these tenures said of their loads, added up, and how many have.
local function total_load(tenures)
  local total, count = 0, 0
  for _, tenure in ipairs(tenures) do
    local load = redis.call('HGET', KEYS[3], node_of(tenure))
    if load then total, count = total + tonumber(load), count + 1 end
  end
  return total, count
end

-- { the tenures that are alive }, { those that have run out }
local function census()
  local now = now_ms()
  return redis.call('ZRANGEBYSCORE', leases, now, '+inf'),
    redis.call('ZRANGEBYSCORE', leases, '-inf', '(' .. now)
end
