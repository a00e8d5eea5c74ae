-- Agents. A record's slots say what its capacity is used for:
-- { conversation, weight, team, kind = held | claim | offer | wrap }. The load is always their sum.
-- What they are able to do stands in it as a text: few calls look at it, and as tables it would be a third of what
-- a pair makes and leaves behind.
local LOADS, TIMES = 65535, 2 ^ 37

local function able_text(languages, skills)
  -- An empty list would be written as a map.
  local list = languages[1] and cjson.encode(languages) or '[]'
  return '{"languages":' .. list .. ',"skills":' .. cjson.encode(skills) .. '}'
end

-- { languages, skills = { name -> level } }, read once a call.
function agents.able(agent)
  local able = this.able[agent.id] or cjson.decode(agent.able)
  this.able[agent.id] = able
  return able
end

function agents.get(id)
  if not this.agents[id] then
    local raw = call('HGET', key('agents'), id)
    this.agents[id] = raw and unpack_record(raw) or nil
  end
  return this.agents[id]
end

function agents.load(agent, team_id, conversation)
  local load, slots = 0, agent.slots
  for at = 1, #slots do
    local slot = slots[at]
    if (not team_id or slot.team == team_id) and slot.conversation ~= conversation then
      load = load + slot.weight
    end
  end
  return load
end

function agents.working(agent)
  return agent.availability == 'available' and agent.present
end

-- Is there room for this weight, in all and in the team? What it has of `conversation` does not count.
function agents.room(agent, team, weight, conversation)
  return agents.load(agent, nil, conversation) + weight <= agent.capacity
    and (not team.capacity or agents.load(agent, team.team_id, conversation) + weight <= team.capacity)
end

-- The lower, the sooner; equal scores go by id.
function agents.score(agent, team)
  if team.strategy == 'round_robin' then
    return agent.turns and agent.turns[team.team_id] or 0
  end
  local idle = math.min(math.max(agent.idle - timing.base, 0), TIMES - 1)
  if team.strategy == 'longest_idle' then
    return idle
  end
  return math.min(agents.load(agent), LOADS) * TIMES + idle
end

-- Into the free sets of a team, or out of them.
local function pool(agent, id)
  local team = teams.get(id)
  for weight, free in pairs(teams.free_sets(id)) do
    if agents.working(agent) and agents.room(agent, team, weight) then
      call('ZADD', free, agents.score(agent, team), agent.id)
    else
      call('ZREM', free, agent.id)
    end
  end
end

function agents.save(agent)
  if agent.removed and #agent.slots == 0 then
    this.agents[agent.id], this.unwritten[agent.id] = nil, nil
    call('HDEL', key('agents'), agent.id)
    call('HDEL', key('leases'), agent.id)
    due.drop('stale', agent.id)
    due.drop('lost', agent.id)
    return
  end
  this.agents[agent.id], this.unwritten[agent.id] = agent, agent
  for _, team in ipairs(agent.teams) do
    pool(agent, team)
  end
end

-- A call may change an agent several times; the record is written once, at its end.
function agents.write()
  for id, agent in pairs(this.unwritten) do
    call('HSET', key('agents'), id, pack(agent))
  end
end

-- Who speaks what, of those at work.
local function voice(agent, team, working)
  for _, language in ipairs(agents.able(agent).languages) do
    local name = team .. ':' .. language
    call('SADD', key('languages'), name)
    if call(working and 'SADD' or 'SREM', passing_key('speakers', name), agent.id) == 1 and not working then
      matching.unspoken(team, language)
    end
  end
end

-- Out of all that teams, skills and languages decide, before these change.
function agents.delist(agent)
  for _, id in ipairs(agent.teams) do
    call('SREM', key('members', id), agent.id)
    call('SREM', key('working', id), agent.id)
    voice(agent, id, false)
  end
  needs.unfit(agent)
  agent.teams = {}
end

-- After a change of teams, availability or presence.
function agents.enlist(agent)
  for _, id in ipairs(agent.teams) do
    call('SADD', key('members', id), agent.id)
    local changed = call(agents.working(agent) and 'SADD' or 'SREM', key('working', id), agent.id)
    if changed == 1 and agents.working(agent) and call('SCARD', key('working', id)) == 1 then
      flow.resume(id)
    end
    voice(agent, id, agents.working(agent))
  end
  agents.save(agent)
end

function agents.put(row)
  local agent = agents.get(row.staff_id)
  if agent then
    agents.delist(agent)
  else
    agent = { id = row.staff_id, present = false, slots = {}, idle = now }
    leases.open(row.staff_id)
  end
  if row.idle_since_ms > 0 then
    agent.idle = row.idle_since_ms
  elseif row.availability == 'available' and agent.availability ~= 'available' then
    agent.idle = now
  end
  agent.removed = nil
  agent.availability, agent.capacity, agent.teams = row.availability, row.capacity, row.teams
  agent.able, this.able[agent.id] = able_text(row.languages, row.skills), nil
  needs.refit(agent)
  agents.enlist(agent)
  matching.agent(agent.id)
end

-- Somebody whom only the database knows still holds something; will be found lost.
function agents.stranger(id)
  leases.open(id)
  return {
    id = id, availability = 'offline', capacity = 0, teams = {}, present = false, slots = {}, idle = now,
    able = able_text({}, {}), removed = true,
  }
end

-- `seq` rises from turn to turn.
function agents.take_turn(agent, team_id, seq)
  agent.idle = now
  if teams.get(team_id).strategy == 'round_robin' then
    agent.turns = agent.turns or {}
    agent.turns[team_id] = seq
  end
end

-- Gives a conversation the one slot that it has with this agent.
function agents.use(agent, conv, kind)
  agents.drop_slots(agent, conv.id)
  table.insert(agent.slots, { conversation = conv.id, weight = conv.weight, team = conv.team, kind = kind })
end

-- Whether it was work that ended, and not only a proposal.
function agents.drop_slots(agent, conversation)
  local worked = false
  for at = #agent.slots, 1, -1 do
    local slot = agent.slots[at]
    if slot.conversation == conversation then
      if slot.kind == 'wrap' then
        due.drop('wrap', agent.id .. '|' .. conversation)
      end
      worked = worked or slot.kind == 'wrap' or slot.kind == 'held'
      table.remove(agent.slots, at)
    end
  end
  return worked
end

function agents.free(id, conversation)
  local agent = agents.get(id)
  if agent then
    if agents.drop_slots(agent, conversation) then
      agent.idle = now
    end
    agents.save(agent)
    matching.agent(id)
  end
end

function agents.wrap(id, conversation, weight, team_id, till)
  local agent = agents.get(id)
  if not agent then
    return
  end
  agents.drop_slots(agent, conversation)
  table.insert(agent.slots, { conversation = conversation, weight = weight, team = team_id, kind = 'wrap' })
  agents.save(agent)
  due.at('wrap', id .. '|' .. conversation, till)
end
