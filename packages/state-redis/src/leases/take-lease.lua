-- Begins a term of office.
--
-- ARGV[1] node  ARGV[2] birth of the process, or 0 for one that begins now  ARGV[3] lease in ms
--
-- Answers { status, term, birth, now in µs }:
--   taken
--   usurped  a later process runs under this name

local node, born, lease_ms = ARGV[1], tonumber(ARGV[2]), ARGV[3]

local _, latest_born = latest_of(node)
if born == 0 then born = math.max(now_ms(), latest_born + 1) end
if latest_born > born then return { 'usurped' } end
return { 'taken', take(node, born, 0, lease_ms), born, now_us() }
