-- All agents, as they are stored.
-- KEYS[1] the desk. ARGV: generation, now_ms, {}. Reply: a list of records.
return listed(call('HVALS', key('agents')))
