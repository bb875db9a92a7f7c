-- Begins a room that waits. ARGV[1] channel prefix  ARGV[2] event: started (JSON)
--
-- Answers what `answer` does:
--   started  published
--   already  it was waiting no longer
--   absent   there is no such room

local status = redis.call('HGET', room, 'status')
if not status then return { 'absent' } end
if status ~= 'waiting' then return answer('already') end
start(ARGV[1], ARGV[2])
return answer('started')
