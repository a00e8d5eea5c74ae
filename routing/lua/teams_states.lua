-- Takes {}. Reply: the settings of all teams, without what is nil.
return listed(call('HVALS', key('teams')))
