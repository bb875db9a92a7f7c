-- A node still holds sessions of users of one partition. Its keys are not those of the other scripts:
--
-- KEYS[1] kept, of the partition   ARGV[1] ms for which they count   ARGV[2]… their names there
--
-- Answers { 1 or 0, … }: whether each is attached.

local answer = {}
local kept_until = now_ms() + ARGV[1]
for i = 2, #ARGV do
  local is_attached = redis.call('ZSCORE', KEYS[1], ARGV[i])
  if is_attached then redis.call('ZADD', KEYS[1], kept_until, ARGV[i]) end
  answer[i - 1] = is_attached and 1 or 0
end
return answer
