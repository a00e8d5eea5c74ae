-- Who gets whom. Before each call no waiting entry fits a free agent, so only what the call touched can:
-- an agent who got room (`agent`) or a line that got an entry (`line`). Everything is changed first, then
-- matched once, so that what a call frees and what it brings in compete in the right order.

function matching.agent(id)
  this.touched_agents[id] = true
end

function matching.line(conv)
  if this.unfit ~= conv.id then
    this.touched_lines[line_key(conv.team, conv.line)] = { conv.team, conv.line }
  end
end

-- The last at work in a team who spoke a language may have gone: then anybody may have who asks for it.
function matching.unspoken(team, language)
  this.unspoken[team .. ':' .. language] = { team, language }
end

-- Matching that this call has no way to report is left to the next one (`claims_take`).
function matching.postpone()
  local ids = meta[5] and unpack_record(meta[5]) or {}
  for id in pairs(this.touched_agents) do
    table.insert(ids, id)
  end
  if ids[1] then
    call('HSET', root, fields.freed, pack(ids))
    due.at('freed', '', now)
  end
end

local NOBODY = {}

local function set_of(list)
  if not list[1] then
    return NOBODY
  end
  local set = {}
  for _, item in ipairs(list) do
    set[item] = true
  end
  return set
end

-- The best free agent for an entry, who would be next, and how many there are.
local function pick(conv)
  local free, rule = teams.free_sets(conv.team)[conv.weight], teams.get(conv.team).strategy
  local skipped, chosen, second, fit, count = set_of(conv.skip), nil, '', nil, 0
  if conv.wanted ~= '' and not skipped[conv.wanted] and call('ZSCORE', free, conv.wanted) then
    chosen, rule = conv.wanted, 'last_agent'
  end
  for _, want in ipairs(needs.tiers(conv)) do
    local found
    found, count = needs.search(conv.team, free, want, skipped)
    for _, id in ipairs(found) do
      if not chosen then
        chosen, fit = id, want.fit
      elseif second == '' and id ~= chosen then
        second = id
      end
    end
  end
  if not chosen then
    return nil
  end
  -- Whom the last may fall on holds all others.
  local why = { rule = rule, next = second, candidates = count, load = 0 }
  if not needs.none(conv) then
    why.fit = fit
  end
  return agents.get(chosen), why
end

local function pair(conv)
  local agent, why = pick(conv)
  if not agent then
    return false
  end
  local act = teams.get(conv.team).assignment == 'offered' and proposals.offer or proposals.claim
  proposals.collect(act(conv, agent, why))
  return true
end

-- An arrival that a free agent fits need not stand in line first: nobody there fits one. Unless this call freed
-- somebody too, or an earlier one could not match (`postpone`): then the first in line comes first.
function matching.at_once(conv)
  local team = teams.get(conv.team)
  if conv.parked or team.paused or team.assignment == 'offered' or meta[5]
    or not none('touched_agents') then
    return false
  end
  needs.register(conv)
  conv.state = 'arriving'
  local paired = pair(conv)
  this.unfit = not paired and conv.id
  return paired
end

-- Could one of these agents have what stands in this line?
local function fits_one(list, id, line)
  local part, team = queue.read_signature(line), teams.get(id)
  for _, agent in ipairs(list) do
    local met = agents.room(agent, team, part.weight) and needs.met(agent, id, part)
    if met and not queue.skips(part.skip, agent.id) then
      return true
    end
  end
  return false
end

-- Among `lines`, by their keys, stands the first of each that is handed out by itself.
local function look(lines, team, line)
  local name = line_key(team, line)
  local first = teams.get(team).paused and {} or call('ZRANGE', name, 0, 0, 'WITHSCORES')
  lines[name] = first[1]
    and { name = name, team = team, line = line, score = tonumber(first[2]), id = first[1] } or nil
end

local function touched_teams()
  local list, names = {}, {}
  for id in pairs(this.touched_agents) do
    local agent = agents.get(id)
    if agent and agents.working(agent) then
      table.insert(list, agent)
      for _, team in ipairs(agent.teams) do
        names[team] = true
      end
    end
  end
  return list, names
end

local function add_unspoken(lines)
  for _, each in pairs(this.unspoken) do
    local team, language = unpack(each)
    if needs.unspoken(team, language) then
      for _, line in ipairs(call('ZRANGE', key('heads', team), 0, -1)) do
        if queue.read_signature(line).language == language then
          look(lines, team, line)
        end
      end
    end
  end
end

-- The lines that may be matched now.
local function open_lines()
  local lines = {}
  local list, names = touched_teams()
  for team in pairs(names) do
    for _, line in ipairs(call('ZRANGE', key('heads', team), 0, -1)) do
      -- Asking each of many agents would cost more than asking the free-agent set.
      if #list > 8 or fits_one(list, team, line) then
        look(lines, team, line)
      end
    end
  end
  for _, each in pairs(this.touched_lines) do
    look(lines, each[1], each[2])
  end
  add_unspoken(lines)
  return lines
end

local function first_of(lines)
  local best
  for _, each in pairs(lines) do
    if not best or each.score < best.score or (each.score == best.score and each.id < best.id) then
      best = each
    end
  end
  return best
end

-- The first in line first. Capacity only shrinks meanwhile, so a line whose first fits nobody is done.
local function pair_all()
  local lines = open_lines()
  local best = first_of(lines)
  while best do
    local conv = convs.get(best.id)
    -- An id that nothing stands behind waits for the comparison, and so does its line.
    if conv and pair(conv) then
      look(lines, best.team, best.line)
    else
      lines[best.name] = nil
    end
    best = first_of(lines)
  end
end

-- Matches all that can be matched.
function matching.run()
  if meta[5] then
    for _, id in ipairs(unpack_record(meta[5])) do
      this.touched_agents[id] = true
    end
    call('HDEL', root, fields.freed)
  end
  if not (none('touched_agents') and none('touched_lines') and none('unspoken')) then
    pair_all()
  end
  flow.settle()
end

-- The same; the proposals made.
function matching.made()
  matching.run()
  return proposals.collected()
end

-- The same, as a list that is packed already.
function matching.reply()
  matching.run()
  return listed(this.packed)
end
