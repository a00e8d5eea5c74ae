-- The line of a team. All that waits stands in `rank`; what may be matched stands in the line of its
-- signature too, and `heads` orders the signatures by their first.
local FIRSTS = 2 ^ 42
local PARTS = 2000

local function rank(conv)
  local priority = math.min(math.max(conv.priority, 0), 1023)
  return (1023 - priority) * FIRSTS + math.min(math.max(conv.first, 0), FIRSTS - 1)
end

-- Entries of a team with one signature can be had by the same agents, so only the first of each is ever looked at.
local function signature(conv)
  table.sort(conv.skip)
  if needs.none(conv) then
    return cjson.encode({ conv.weight, conv.skip })
  end
  local skills = #conv.skills > 0 and conv.skills or 0
  return cjson.encode({ conv.weight, conv.skip, conv.language, skills, conv.relaxed, conv.wanted })
end

-- Read once, in however many teams a walk over their lines meets it. What is blank is left out: what the library
-- holds is gone through by Lua's collector all the time, and what does not fit into a processor's cache costs each
-- call more than the commands that it gives.
local parts, count = {}, 0
local BLANK = { __index = { skip = {}, language = '', skills = {}, relaxed = false, wanted = '' } }

local function read_signature(text)
  local found = cjson.decode(text)
  local part = setmetatable({ weight = found[1] }, BLANK)
  if found[2][1] then
    part.skip = found[2]
  end
  for at, name in ipairs({ 'language', 'skills', 'relaxed', 'wanted' }) do
    local value = found[at + 2]
    if value and value ~= '' and value ~= 0 then
      part[name] = value
    end
  end
  return part
end

function queue.read_signature(text)
  local part = parts[text]
  if not part then
    if count == PARTS then
      parts, count = {}, 0
    end
    part = read_signature(text)
    parts[text], count = part, count + 1
  end
  return part
end

local function refresh_head(conv)
  local head = call('ZRANGE', line_key(conv.team, conv.line), 0, 0, 'WITHSCORES')
  if head[1] then
    call('ZADD', key('heads', conv.team), head[2], conv.line)
  else
    call('ZREM', key('heads', conv.team), conv.line)
  end
end

-- Lets it be matched, or marks it as passed over while its customer is away.
function queue.open(conv)
  local seen = tonumber(call('HGET', key('seen'), conv.id) or now)
  conv.parked = conv.parked or now - seen >= timing.absent
  if conv.parked then
    conv.guess = nil
    call('SADD', key('parked'), conv.id)
    due.at('gone', conv.id, seen + timing.gone)
  else
    needs.register(conv)
    conv.line = signature(conv)
    call('ZADD', line_key(conv.team, conv.line), rank(conv), conv.id)
    refresh_head(conv)
    due.once('absent', conv.id, seen + timing.absent)
    matching.line(conv)
    if not conv.guess then
      flow.begin(conv)
    end
  end
end

function queue.close(conv)
  if conv.line ~= '' then
    call('ZREM', line_key(conv.team, conv.line), conv.id)
    refresh_head(conv)
    conv.line = ''
  end
  if conv.parked then
    call('SREM', key('parked'), conv.id)
    due.drop('gone', conv.id)
  end
end

local function schedule(kind, name, team, after)
  local first = after and call('ZRANGE', key(name, team), 0, 0, 'WITHSCORES')
  if first and first[2] then
    due.at(kind, team, tonumber(first[2]) + after)
  else
    due.drop(kind, team)
  end
end

-- The sweep comes when the team's first may relax or overflow, whatever the settings were when it came.
function queue.schedule(team)
  local settings = teams.get(team)
  schedule('relax', 'relaxing', team, settings.relax_ms)
  local target = settings.overflow_team_id
  schedule('overflow', 'settling', team, target ~= '' and target ~= team and settings.overflow_ms)
end

-- Has it insisted on language and skills for long enough?
function queue.ease(conv)
  local after = teams.get(conv.team).relax_ms
  if after and conv.came + after <= now and not needs.none(conv) then
    conv.relaxed = true
  end
end

local function relax_later(conv)
  queue.ease(conv)
  if not conv.relaxed and not needs.none(conv) then
    call('ZADD', key('relaxing', conv.team), conv.came, conv.id)
  end
end

-- From now on anybody of the team may have it, though who has what it asks for comes first.
local function relax(conv)
  call('ZREM', key('relaxing', conv.team), conv.id)
  if conv.state == 'waiting' then
    queue.close(conv)
    conv.relaxed = true
    queue.open(conv)
  end
  conv.relaxed = true
  convs.save(conv)
end

-- The first of a team's set whose time there was `after` ago.
local function ripe(name, team, after)
  return call('ZRANGEBYSCORE', key(name, team), '-inf', now - after, 'LIMIT', 0, 1)[1]
end

-- One at a time: a sweep does a bounded number of things.
function queue.relax(team)
  local after = teams.get(team).relax_ms
  local id = after and ripe('relaxing', team, after)
  if id then
    relax(convs.get(id))
  end
  queue.schedule(team)
end

-- Somebody who has waited here long enough for another team: their id and the team. Told again until they have
-- moved; they stay while the other team could not serve them, and where they have been there before.
function queue.overflow(team)
  local settings = teams.get(team)
  local target, after = settings.overflow_team_id, settings.overflow_ms
  local id = after and ripe('settling', team, after)
  local conv = id and convs.get(id)
  if conv and queue.skips(conv.been, target) then
    call('ZREM', key('settling', team), id)
  elseif conv then
    call('ZADD', key('settling', team), now + timing.again - after, id)
  end
  queue.schedule(team)
  if conv and not queue.skips(conv.been, target) and teams.open(target) then
    return { id, target }
  end
end

-- Takes an arrival that nobody could have at once out of a queue that has become too long.
function queue.refuse(conv)
  local most = conv and teams.get(conv.team).queue_max
  if not most or conv.state ~= 'waiting' or call('ZCARD', key('rank', conv.team)) <= most then
    return false
  end
  convs.release(conv)
  convs.delete(conv)
  return true
end

function queue.join(conv)
  conv.state, conv.proposal, conv.origin = 'waiting', '', 'none'
  call('HSETNX', key('seen'), conv.id, now)
  call('ZADD', key('rank', conv.team), rank(conv), conv.id)
  call('ZADD', key('since', conv.team), conv.first, conv.id)
  relax_later(conv)
  call('ZADD', key('settling', conv.team), conv.came, conv.id)
  queue.schedule(conv.team)
  queue.open(conv)
  if #conv.skip > 0 then
    due.at('again', conv.id, now + teams.get(conv.team).ask_again_ms)
  end
  convs.save(conv)
end

function queue.quit(conv)
  queue.close(conv)
  conv.parked = false
  call('ZREM', key('rank', conv.team), conv.id)
  call('ZREM', key('since', conv.team), conv.id)
  call('ZREM', key('relaxing', conv.team), conv.id)
  call('ZREM', key('settling', conv.team), conv.id)
  due.drop('absent', conv.id)
  if #conv.skip > 0 then
    due.drop('again', conv.id)
  end
end

-- Out of a team's lines, where no conversation stands behind the id.
function queue.strike(team, id)
  for _, line in ipairs(call('ZRANGE', key('heads', team), 0, -1)) do
    if call('ZREM', line_key(team, line), id) == 1 then
      local entry = { line = line, team = team }
      refresh_head(entry)
      matching.line(entry)
    end
  end
  for _, name in ipairs({ 'rank', 'since', 'relaxing', 'settling' }) do
    call('ZREM', key(name, team), id)
  end
end

-- Its offer came to nothing: it may be matched again, where it always stood.
function queue.reopen(conv, skipped)
  conv.state, conv.proposal = 'waiting', ''
  if not queue.skips(conv.skip, skipped) then
    conv.skip = { skipped, unpack(conv.skip) }
  end
  queue.open(conv)
  due.at('again', conv.id, now + teams.get(conv.team).ask_again_ms)
  convs.save(conv)
end

-- The same visit asks for another priority or weight, at the same first time. An offer of another weight has
-- reserved the wrong capacity, so it ends; a claim goes on, or comes back here when it is refused.
function queue.change(conv, visit)
  local was = conv.state
  if was == 'offered' and conv.weight ~= visit.weight then
    proposals.drop(proposals.get(conv.proposal))
    conv.state, conv.proposal = 'waiting', ''
  end
  local same = was == conv.state and conv.priority == visit.priority and conv.weight == visit.weight
  if not same and was == 'waiting' then
    queue.close(conv)
  end
  if not same then
    -- Its wait says nothing about its new line.
    conv.guess = nil
  end
  conv.priority, conv.weight = visit.priority, visit.weight
  if convs.in_line(conv) then
    conv.epoch = visit.epoch
    call('ZADD', key('rank', conv.team), rank(conv), conv.id)
  end
  if not same and conv.state == 'waiting' then
    queue.open(conv)
  end
  convs.save(conv)
end

-- The customer is back, or away.
function queue.park(conv, parked)
  if conv.state == 'waiting' then
    queue.close(conv)
    conv.parked = parked
    queue.open(conv)
  end
  convs.save(conv)
end

function queue.skips(skip, staff)
  for _, id in ipairs(skip) do
    if id == staff then
      return true
    end
  end
  return false
end

-- Everybody has had the chance: those who declined are asked again.
function queue.ask_again(conv)
  if conv.state == 'waiting' and #conv.skip > 0 then
    queue.close(conv)
    conv.skip = {}
    queue.open(conv)
    convs.save(conv)
  end
end
