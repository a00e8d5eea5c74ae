-- Teams: settings, and the weights that their queues have met (a free-agent set each).
local team_cache = {}

function teams.get(id)
  if not team_cache[id] then
    local raw = call('HGET', key('teams'), id)
    team_cache[id] = raw and unpack_record(raw)
      or teams.save({
        team_id = id, assignment = 'automatic', offer_timeout_ms = 30000, strategy = 'least_loaded',
        wrap_up_ms = 0, ask_again_ms = 2000, weights = { 100 },
      })
  end
  return team_cache[id]
end

function teams.save(team)
  team_cache[team.team_id] = team
  call('HSET', key('teams'), team.team_id, pack(team))
  return team
end

-- New settings: everybody's place in the free-agent sets may change.
function teams.put(settings)
  local raw = call('HGET', key('teams'), settings.team_id)
  settings.weights = raw and unpack_record(raw).weights or { 100 }
  teams.save(settings)
  for _, id in ipairs(call('SMEMBERS', key('members', settings.team_id))) do
    local agent = agents.get(id)
    agents.save(agent)
    matching.agent(id)
  end
end

-- An entry of a weight not met before gets a free-agent set; there are as many as kinds of channel.
function teams.weigh(id, weight)
  local team = teams.get(id)
  for _, known in ipairs(team.weights) do
    if known == weight then
      return
    end
  end
  table.insert(team.weights, weight)
  teams.save(team)
  for _, staff in ipairs(call('SMEMBERS', key('members', id))) do
    agents.pool(agents.get(staff), team, weight)
  end
end
