-- Makes sure that a partition's data set has an id: without one it is new, or was lost.
--
-- KEYS[1] dataset   ARGV[1] id for a new one
--                   ARGV[2] ms for which nobody may join, so that those who were in fit first
--
-- Answers the id that it has.

if redis.call('HSETNX', KEYS[1], 'id', ARGV[1]) == 1 then
  local time = redis.call('TIME')
  local wait = tonumber(ARGV[2])
  redis.call('HSET', KEYS[1], 'opens_at', wait == 0 and 0 or time[1] * 1000 + wait)
end
return redis.call('HGET', KEYS[1], 'id')
