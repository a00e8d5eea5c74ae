-- KEYS[1] the desk. ARGV: generation, now_ms, {}. Reply: the settings of all teams, without what is nil.
return listed(call('HVALS', key('teams')))
