-- A node watches users of one partition. Its keys are not those of the other scripts:
--
-- KEYS[1] any of the partition   ARGV[1] node   ARGV[2] ms for which it watches
-- ARGV[3], ARGV[4], ARGV[5], ARGV[6] what the names of rev, sessions, calls and watchers begin with
-- ARGV[7]… the users
--
-- Answers { status, rev, status, rev, … }.

local answer = {}
for i = 7, #ARGV do
  local at_rev, at_watchers = ARGV[3] .. ARGV[i], ARGV[6] .. ARGV[i]
  redis.call('ZADD', at_watchers, now_ms() + ARGV[2], ARGV[1])
  redis.call('PEXPIRE', at_watchers, ARGV[2])
  answer[#answer + 1] = status_of(ARGV[4] .. ARGV[i], ARGV[5] .. ARGV[i])
  answer[#answer + 1] = redis.call('GET', at_rev) or raise_rev(at_rev)
end
return answer
