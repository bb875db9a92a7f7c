-- Reads a room as of one revision. Answers { status, incarnation, rev, capacity, duplicates, members }:
--   found
--   absent  nobody is in it

if redis.call('EXISTS', room) == 0 then return { 'absent' } end
return answer('found')
