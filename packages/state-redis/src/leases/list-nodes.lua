-- Answers { node, its report (JSON), … } of those that are alive and have said something.

local listed = {}
local alive = census()
for _, tenure in ipairs(alive) do
  local node = node_of(tenure)
  local report = redis.call('HGET', KEYS[4], node)
  if report then
    listed[#listed + 1] = node
    listed[#listed + 1] = report
  end
end
return listed
