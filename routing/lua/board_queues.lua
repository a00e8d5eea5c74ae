-- All teams' queues and all agents, at one moment.
-- Takes {}. Reply: [teams, agent records].
local seen = {}
for _, id in ipairs(call('HKEYS', key('teams'))) do
  local oldest = call('ZRANGE', key('since', id), 0, 0, 'WITHSCORES')
  table.insert(seen, {
    id = id, waiting = call('ZCARD', key('rank', id)), active = call('SCARD', key('active', id)),
    oldest = oldest[2] and tonumber(oldest[2]), capacity = teams.get(id).capacity,
  })
end
return '\146' .. pack(seen) .. listed(call('HVALS', key('agents')))
