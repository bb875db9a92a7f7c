-- Makes a room ahead. One that is there and was not prepared goes on, but is kept from now on.
--
-- ARGV[1] room id
-- ARGV[2] incarnation, capacity and duplicates (3, 4), if the room is new
-- ARGV[5]… what is prepared: see `prepare`
--
-- Answers what `answer` does:
--   prepared
--   already   it was before, or has ended

local status, prepared = unpack(redis.call('HMGET', room, 'status', 'prepared'))
if prepared or status == 'ended' then return answer('already') end
if status then
  -- Nodes that have members in it find that they have missed something, and read it.
  redis.call('HINCRBY', room, 'rev', 1)
else
  create(ARGV[1], {
    incarnation = ARGV[2], capacity = ARGV[3], duplicates = ARGV[4], status = 'waiting',
    created_at = now_ms(), started_at = '',
  })
end
prepare(5)
return answer('prepared')
