-- What an entry asks of its agent, { language, skills = { { name, least level } } }, and who can give it.
--
--   free:<team>:<weight>         zset of agents with room for the weight, by the team's strategy
--   able:<team>:<skill>          zset of the team's agents who have the skill, by level
--   speakers:<team>:<language>   set of those at work
--
-- A choice walks the free ones in the team's order, some at a time, until ENOUGH of them are in all the other
-- sets; where few have something of what is asked for, it looks at these few.
local BATCH, FEW, ENOUGH, SLICE = 32, 64, 20, 1000
local NOTHING = { { fit = 'all', language = '', skills = {} } }

-- As a sorted list of { name, level }, so that equal wants have equal texts.
function needs.sorted(skills)
  local list = {}
  for name, level in pairs(skills) do
    table.insert(list, { name, level })
  end
  table.sort(list, function(a, b)
    return a[1] < b[1]
  end)
  return list
end

function needs.none(want)
  return want.language == '' and #want.skills == 0
end

-- The sum of the levels that an agent has of these skills; nothing where one is missing or too low.
local function level(agent, skills)
  local sum, able = 0, skills[1] and agents.able(agent).skills
  for _, skill in ipairs(skills) do
    local has = able[skill[1]]
    if not has or has < skill[2] then
      return nil
    end
    sum = sum + has
  end
  return sum
end

local function speaks(agent, language)
  if language == '' then
    return true
  end
  for _, each in ipairs(agents.able(agent).languages) do
    if each == language then
      return true
    end
  end
  return false
end

-- Nobody at work in the team speaks it: then it cannot be asked for.
function needs.unspoken(team, language)
  return language ~= '' and call('SCARD', passing_key('speakers', team .. ':' .. language)) == 0
end

-- May this agent have what a line of the team asks for?
function needs.met(agent, team, part)
  if part.relaxed or (part.wanted ~= '' and part.wanted == agent.id) then
    return true
  end
  return level(agent, part.skills) ~= nil
    and (speaks(agent, part.language) or needs.unspoken(team, part.language))
end

-- The sets of those who give it, besides the free: { key, least level or nothing }.
local function sets_of(team, want)
  local list = {}
  for _, skill in ipairs(want.skills) do
    table.insert(list, { key = passing_key('able', team .. ':' .. skill[1]), least = skill[2] })
  end
  if want.language ~= '' then
    table.insert(list, { key = passing_key('speakers', team .. ':' .. want.language) })
  end
  return list
end

local function rarest_of(sets)
  local rarest, least
  for _, set in ipairs(sets) do
    local size = set.least and call('ZCOUNT', set.key, set.least, '+inf') or call('SCARD', set.key)
    if not least or size < least then
      rarest, least = set, size
    end
  end
  return rarest, least
end

-- Those of them who are in all the sets, in the same order. `levels` gets what they have of the skills.
local function within(ids, sets, levels)
  for _, set in ipairs(sets) do
    if not ids[1] then
      break
    end
    local found, kept = call(set.least and 'ZMSCORE' or 'SMISMEMBER', set.key, unpack(ids)), {}
    for at, id in ipairs(ids) do
      local level = tonumber(found[at] or 0)
      if level >= (set.least or 1) then
        table.insert(kept, id)
        levels[id] = (levels[id] or 0) + (set.least and level or 0)
      end
    end
    ids = kept
  end
  return ids
end

local function walk(free, sets, skipped)
  local found, from = {}, 0
  while #found < ENOUGH do
    local ids = call('ZRANGE', free, from, from + BATCH - 1)
    for _, id in ipairs(within(ids, sets, {})) do
      if not skipped[id] then
        table.insert(found, id)
      end
    end
    if #ids < BATCH then
      return found, #found
    end
    from = from + BATCH
  end
  return found
end

-- All of one set who are in the others and free, sorted; first by level where the team wants it so.
local function sift(free, rarest, sets, skipped, by_level)
  local all = rarest.least and call('ZRANGEBYSCORE', rarest.key, rarest.least, '+inf')
    or call('SMEMBERS', rarest.key)
  local found, levels, scores = {}, {}, {}
  for from = 1, #all, SLICE do
    local ids = within({ unpack(all, from, math.min(from + SLICE - 1, #all)) }, sets, levels)
    local places = ids[1] and call('ZMSCORE', free, unpack(ids)) or {}
    for at, id in ipairs(ids) do
      if places[at] and not skipped[id] then
        table.insert(found, id)
        scores[id] = tonumber(places[at])
      end
    end
  end
  table.sort(found, function(a, b)
    if by_level and levels[a] ~= levels[b] then
      return levels[a] > levels[b]
    end
    return scores[a] < scores[b] or (scores[a] == scores[b] and a < b)
  end)
  return found
end

local function anybody(free, skipped)
  local count, passed, found = call('ZCARD', free), 0, {}
  if next(skipped) == nil then
    return call('ZRANGE', free, 0, 1), count
  end
  for id in pairs(skipped) do
    passed = passed + (call('ZSCORE', free, id) and 1 or 0)
  end
  for _, id in ipairs(call('ZRANGE', free, 0, passed + 1)) do
    found[#found + 1] = not skipped[id] and id or nil
  end
  return found, count - passed
end

-- The free agents who give all of `want`, the first to be chosen first, and how many they are, where all were
-- looked at.
function needs.search(team, free, want, skipped)
  if needs.none(want) then
    return anybody(free, skipped)
  end
  local sets = sets_of(team, want)
  local rarest, least = rarest_of(sets)
  local by_level = #want.skills > 0 and teams.get(team).strategy == 'most_skilled'
  if by_level or least <= FEW then
    local found = sift(free, rarest, sets, skipped, by_level)
    return found, #found
  end
  return walk(free, sets, skipped)
end

-- What may be asked for now, the best first, each less than the one before: { fit, language, skills }. Where nobody
-- speaks the language, only the skills are.
function needs.tiers(conv)
  if needs.none(conv) then
    return NOTHING
  end
  local tiers = { { fit = 'all', language = conv.language, skills = conv.skills } }
  local both = conv.language ~= '' and #conv.skills > 0
  local speechless = conv.relaxed or needs.unspoken(conv.team, conv.language)
  if both and conv.relaxed then
    table.insert(tiers, { fit = 'language', language = conv.language, skills = {} })
  end
  if both and speechless then
    table.insert(tiers, { fit = 'skills', language = '', skills = conv.skills })
  end
  if conv.relaxed or (speechless and not both) then
    table.insert(tiers, { fit = 'any', language = '', skills = {} })
  end
  return tiers
end

-- What an agent is able to do; after a change of teams or skills.
function needs.refit(agent)
  for _, team in ipairs(agent.teams) do
    for name, level in pairs(agents.able(agent).skills) do
      call('SADD', key('skills'), team .. ':' .. name)
      call('ZADD', passing_key('able', team .. ':' .. name), level, agent.id)
    end
  end
end

-- Out of all these sets, before the change.
function needs.unfit(agent)
  for _, team in ipairs(agent.teams) do
    for _, free in pairs(teams.free_sets(team)) do
      call('ZREM', free, agent.id)
    end
    for name in pairs(agents.able(agent).skills) do
      call('ZREM', passing_key('able', team .. ':' .. name), agent.id)
    end
  end
end

-- Makes sure that there is a free set of this weight; one that the team has not met looks at all of it once.
function needs.register(conv)
  if teams.free_sets(conv.team)[conv.weight] then
    return
  end
  teams.meet(conv.team, conv.weight)
  for _, id in ipairs(call('SMEMBERS', key('members', conv.team))) do
    agents.save(agents.get(id))
  end
end
