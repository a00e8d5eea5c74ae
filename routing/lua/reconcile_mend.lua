-- Mends what is torn at once, and conversations that differ from the database as they did at an earlier look.
-- Takes { settle_ms, suspects = [{ id, print, seen, visit, assignment }],
-- strays = [[staff, conversation]], ghosts = [[team, conversation]] }: `print` says how it differs, `seen` is
-- what Redis had, `visit` or `assignment` what it should have; a stray is capacity that nothing uses, a ghost
-- stands in a line that it is not in.
-- Reply: { mended = [conversation ids], freed = [staff ids], buried = [conversation ids], proposals }.
local function fingerprint(conv)
  if not conv then
    return ''
  end
  return table.concat({
    conv.state, conv.team, conv.staff, conv.episode, conv.epoch, conv.priority, conv.weight,
  }, ' ')
end

local function mend(suspect, conv)
  if suspect.visit then
    acts.enter(suspect.visit)
  elseif suspect.assignment then
    acts.assign(suspect.assignment)
  elseif conv then
    acts.finish(conv, 0)
  end
end

-- Torn or not: looked at again, since Redis may have moved on.
local function uses(staff, conversation)
  local conv = convs.get(conversation)
  local open = conv and conv.proposal ~= '' and proposals.get(conv.proposal)
  return conv and conv.staff == staff or open and open.staff_id == staff
end

local function in_line(team, id)
  local conv = convs.get(id)
  return conv and conv.team == team and convs.in_line(conv)
end

local freed, buried = {}, {}
for _, stray in ipairs(arg.strays) do
  if not uses(stray[1], stray[2]) then
    agents.free(stray[1], stray[2])
    table.insert(freed, stray[1])
  end
end
for _, ghost in ipairs(arg.ghosts) do
  if not in_line(ghost[1], ghost[2]) then
    queue.strike(ghost[1], ghost[2])
    table.insert(buried, ghost[2])
  end
end

local before, mended = {}, {}
local told = call('HGETALL', key('suspects'))
for at = 1, #told, 2 do
  before[told[at]] = told[at + 1]
end
call('DEL', key('suspects'))
for _, suspect in ipairs(arg.suspects) do
  local since, print = string.match(before[suspect.id] or '', '^(%d+) (.*)$')
  local conv = convs.get(suspect.id)
  if fingerprint(conv) ~= suspect.seen then
    -- Redis has moved on since: no difference any more, or another one at the next look.
  elseif print == suspect.print and now - tonumber(since) >= arg.settle_ms then
    mend(suspect, conv)
    table.insert(mended, suspect.id)
  else
    call('HSET', key('suspects'), suspect.id, (print == suspect.print and since or now) .. ' ' .. suspect.print)
  end
end
return pack({ mended = mended, freed = freed, buried = buried, proposals = matching.made() })
