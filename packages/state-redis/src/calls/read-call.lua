-- Answers { found, call id, fields }, or { absent }.

if redis.call('EXISTS', call) == 0 then return { 'absent' } end
return answer('found')
