-- Begins a term of office. ARGV[1] node  ARGV[2] lease in ms. Answers the term.

return take(ARGV[1], 0, ARGV[2])
