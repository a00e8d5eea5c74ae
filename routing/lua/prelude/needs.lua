-- What an entry asks of its agent, { language, skills = { name -> least level } }, and who can give it.
-- A *kind* is a weight with a language and skills that a team's queue has met; each has a number, and a set
-- `free:<number>` of the agents who have all of it and room for it. So a choice is the first of a set,
-- however many agents and entries there are. An agent's record lists the kinds that they fit.
local KINDS = 256

local function sorted(skills)
  local list = {}
  for name, level in pairs(skills) do
    table.insert(list, { name, level })
  end
  table.sort(list, function(a, b)
    return a[1] < b[1]
  end)
  return list
end

-- `skills` as a sorted list of { name, level }, so that equal wants have equal texts.
function needs.of(language, skills)
  return { language = language or '', skills = sorted(skills or {}) }
end

function needs.none(want)
  return want.language == '' and #want.skills == 0
end

-- The sum of the levels that an agent has of these skills; nothing where one is missing or too low.
local function level(agent, skills)
  local sum = 0
  for _, skill in ipairs(skills) do
    local has = agent.skills[skill[1]]
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
  for _, each in ipairs(agent.languages) do
    if each == language then
      return true
    end
  end
  return false
end

-- Nobody at work in the team speaks it: then it cannot be asked for.
function needs.unspoken(team, language)
  return language ~= '' and call('SCARD', key('speakers', team .. ':' .. language)) == 0
end

-- May this agent have what a line asks for?
function needs.met(agent, part)
  if part.relaxed or (part.wanted ~= '' and part.wanted == agent.id) then
    return true
  end
  return level(agent, part.skills) ~= nil
    and (speaks(agent, part.language) or needs.unspoken(part.team, part.language))
end

local function text(weight, language, skills)
  return cjson.encode({ weight, language, #skills > 0 and skills or 0 })
end

-- The kinds that can matter to a want, the best first: all of it, the language, the skills, anybody.
local function kinds(weight, want)
  if needs.none(want) then
    return { { fit = 'any', text = text(weight, '', {}) } }
  end
  local list, known = {}, {}
  for _, each in ipairs({
    { 'all', want.language, want.skills }, { want.language ~= '' and 'language' or 'any', want.language, {} },
    { #want.skills > 0 and 'skills' or 'any', '', want.skills }, { 'any', '', {} },
  }) do
    local name = text(weight, each[2], each[3])
    if not known[name] then
      known[name] = true
      table.insert(list, { fit = each[1], text = name })
    end
  end
  return list
end

-- Which of them an agent fits: { team, weight, { numbers }, { levels } }, one a weight.
local function fit(agent, team, name, number)
  local part = cjson.decode(name)
  local weight, skills = part[1], part[3] == 0 and {} or part[3]
  local sum = speaks(agent, part[2]) and level(agent, skills)
  if not sum then
    return false
  end
  local group
  for _, each in ipairs(agent.fits) do
    group = each[1] == team and each[2] == weight and each or group
  end
  if not group then
    group = { team, weight, {}, {} }
    table.insert(agent.fits, group)
  end
  table.insert(group[3], tonumber(number))
  table.insert(group[4], sum)
  return true
end

-- After a change of skills, languages or teams, or where kinds were dropped.
function needs.refit(agent)
  agent.fits = {}
  for _, team in ipairs(agent.teams) do
    local found = call('HGETALL', key('kinds', team))
    for at = 1, #found, 2 do
      fit(agent, team, found[at], found[at + 1])
    end
  end
end

-- Kinds that no line asks for any more are dropped when there are too many.
local function tidy(team)
  local used = {}
  for _, line in ipairs(call('ZRANGE', key('heads', team), 0, -1)) do
    local part = queue.read_signature(line)
    for _, kind in ipairs(kinds(part.weight, part)) do
      used[kind.text] = true
    end
  end
  local found = call('HGETALL', key('kinds', team))
  for at = 1, #found, 2 do
    if not used[found[at]] then
      call('HDEL', key('kinds', team), found[at])
      call('UNLINK', key('free', found[at + 1]))
    end
  end
  for _, id in ipairs(call('SMEMBERS', key('members', team))) do
    local agent = agents.get(id)
    needs.refit(agent)
    agents.save(agent)
  end
end

local function learn(team, name)
  local number = call('HINCRBY', root, 'kinds', 1)
  call('HSET', key('kinds', team), name, number)
  for _, id in ipairs(call('SMEMBERS', key('members', team))) do
    local agent = agents.get(id)
    if fit(agent, team, name, number) then
      agents.save(agent)
    end
  end
  return number
end

-- The kinds of an entry with their numbers, where the queue has met them: { fit, text, number }.
local function known(conv)
  local list, texts = this.wants[conv] or kinds(conv.weight, conv), {}
  if not this.wants[conv] then
    for at, kind in ipairs(list) do
      texts[at] = kind.text
    end
    for at, number in ipairs(call('HMGET', key('kinds', conv.team), unpack(texts))) do
      list[at].number = number
    end
    this.wants[conv] = list
  end
  return list
end

local function all_known(list)
  for _, kind in ipairs(list) do
    if not kind.number then
      return false
    end
  end
  return true
end

-- Makes sure that the free-agent sets of this entry are there; a kind not met before looks at the team once.
function needs.register(conv)
  this.wants[conv] = nil
  if all_known(known(conv)) then
    return
  end
  if call('HLEN', key('kinds', conv.team)) > KINDS then
    tidy(conv.team)
    this.wants = {}
  end
  for _, kind in ipairs(known(conv)) do
    kind.number = kind.number or learn(conv.team, kind.text)
  end
end

-- The free-agent sets that may be chosen from now, the best first: { fit, pool }; and anybody's. Where nobody
-- speaks the language, only the skills are asked for.
function needs.pools(conv)
  local list, pools = known(conv), {}
  for at, kind in ipairs(list) do
    kind.pool = key('free', kind.number)
    local without = kind.fit == (#conv.skills > 0 and 'skills' or 'any')
    if at == 1 or conv.relaxed or (without and needs.unspoken(conv.team, conv.language)) then
      table.insert(pools, kind)
    end
  end
  return pools, list[#list].pool
end
