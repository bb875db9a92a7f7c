-- Reads a room as of one revision. Answers what `answer` does:
--   found
--   absent  there is none

if redis.call('EXISTS', room) == 0 then return { 'absent' } end
return answer('found')
