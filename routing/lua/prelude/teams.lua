-- Teams: their settings.
local team_cache = {}

function teams.get(id)
  if not team_cache[id] then
    local raw = call('HGET', key('teams'), id)
    team_cache[id] = raw and unpack_record(raw)
      or teams.save({
        team_id = id, assignment = 'automatic', offer_timeout_ms = 30000, strategy = 'least_loaded',
        wrap_up_ms = 0, ask_again_ms = 2000,
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
  teams.save(settings)
  for _, id in ipairs(call('SMEMBERS', key('members', settings.team_id))) do
    local agent = agents.get(id)
    agents.save(agent)
    matching.agent(id)
  end
  queue.schedule(settings.team_id)
end
