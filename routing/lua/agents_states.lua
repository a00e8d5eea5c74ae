-- All agents, as they are stored.
-- Takes {}. Reply: a list of records.
return listed(call('HVALS', key('agents')))
