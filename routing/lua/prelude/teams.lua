-- Teams: their settings, and the weights that their queues have met. What was read of them holds until one of the
-- desk is written; the generation's timing too, which is written once, when the count of such writes begins.
local read = { teams = {}, free = {} }

-- Call when it is known what stands in the root.
function teams.recall()
  if read.home ~= home or read.version ~= meta[6] then
    read = { home = home, version = meta[6], teams = {}, free = {} }
    read_timing()
  end
end

local function written()
  -- As text with all its digits: of two that are written in one call, the second counts too.
  meta[6] = string.format('%.0f', call('HINCRBY', root, fields.teams, 1))
  teams.recall()
end

local function record(id)
  if not read.teams[id] then
    local raw = call('HGET', key('teams'), id)
    read.teams[id] = raw and unpack_record(raw) or nil
  end
  return read.teams[id]
end

function teams.get(id)
  return record(id)
    or teams.save({
      team_id = id, assignment = 'automatic', offer_timeout_ms = 30000, strategy = 'least_loaded',
      wrap_up_ms = 0, ask_again_ms = 2000,
      overflow_team_id = '', fallback_team_id = '', paused = false,
    })
end

-- Its sets of free agents, by weight; one that its queue has met is never taken back.
function teams.free_sets(id)
  local sets = read.free[id]
  if not sets then
    sets = {}
    for _, weight in ipairs(call('SMEMBERS', key('weights', id))) do
      sets[tonumber(weight)] = key('free', id .. ':' .. weight)
    end
    read.free[id] = sets
  end
  return sets
end

-- Its queue meets a weight for the first time.
function teams.meet(id, weight)
  call('SADD', key('weights', id), weight)
  written()
end

function teams.save(team)
  call('HSET', key('teams'), team.team_id, pack(team))
  written()
  return team
end

-- New settings: everybody's place in the free-agent sets may change.
function teams.put(settings)
  if teams.get(settings.team_id).paused and not settings.paused then
    flow.resume(settings.team_id)
  end
  teams.save(settings)
  for _, id in ipairs(call('SMEMBERS', key('members', settings.team_id))) do
    local agent = agents.get(id)
    agents.save(agent)
    matching.agent(id)
  end
  queue.schedule(settings.team_id)
end

function teams.attended(id)
  return call('SCARD', key('working', id)) > 0
end

-- Has its queue the largest size that is allowed?
function teams.full(team)
  return team.queue_max ~= nil and call('ZCARD', key('rank', team.team_id)) >= team.queue_max
end

-- Could it take somebody over?
function teams.open(id)
  return teams.attended(id) and not teams.get(id).paused and not teams.full(teams.get(id))
end

-- The first of a team and its fallbacks where somebody is at work, the closed ones passed over; the team itself
-- where nobody is in any.
function teams.fallback(id, closed)
  local seen, at = {}, id
  while at ~= '' and not seen[at] do
    if teams.attended(at) and not closed[at] then
      return at
    end
    seen[at] = true
    local team = record(at)
    at = team and team.fallback_team_id or ''
  end
  return id
end
