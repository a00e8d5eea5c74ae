-- What several scripts do: the rows of the database become state.

-- What a visit need not have, and its name in the conversation's record.
local OPTIONAL = { wanted_staff = 'wanted', skip = 'skip', language = 'language', been = 'been' }

-- A conversation that is about to wait; `visit` as in entries.Visit, what is blank left out. What is held of it
-- is freed first.
function acts.arrive(visit)
  local conv = convs.get(visit.conversation_id)
  if conv then
    convs.release(conv)
    call('HDEL', key('seen'), conv.id)
  end
  conv = convs.fresh(visit.conversation_id, visit.team_id, visit.weight, visit.epoch)
  conv.priority, conv.first, conv.episode = visit.priority, visit.first_at_ms, visit.episode
  conv.came = visit.entered_at_ms or now
  for from, to in pairs(OPTIONAL) do
    if visit[from] then
      conv[to] = visit[from]
    end
  end
  if visit.present == false then
    conv.parked = true
  end
  if visit.skills then
    conv.skills = needs.sorted(visit.skills)
  end
  queue.ease(conv)
  return conv
end

function acts.enter(visit)
  queue.join(acts.arrive(visit))
end

-- `row` as in assignments.Assignment.
function acts.assign(row)
  local conv = convs.get(row.conversation_id)
  if conv then
    convs.release(conv)
  end
  local fresh = convs.fresh(row.conversation_id, row.team_id, row.weight, row.epoch)
  fresh.episode = math.max(row.episode, conv and conv.episode or 0)
  convs.hold(fresh, agents.get(row.staff_id) or agents.stranger(row.staff_id))
end

-- Forgets a conversation; its agent's capacity stays held for `wrap_up` ms.
function acts.finish(conv, wrap_up)
  local staff = conv.staff
  convs.release(conv)
  convs.delete(conv)
  if staff ~= '' and wrap_up > 0 then
    agents.wrap(staff, conv.id, conv.weight, conv.team, now + wrap_up)
  end
end

-- Deletes all keys of one generation.
function acts.discard(number)
  local old = root .. ':' .. number .. ':'
  for _, id in ipairs(call('HKEYS', old .. 'teams')) do
    for _, weight in ipairs(call('SMEMBERS', old .. 'weights:' .. id)) do
      call('UNLINK', old .. 'free:' .. id .. ':' .. weight)
    end
    for _, line in ipairs(call('ZRANGE', old .. 'heads:' .. id, 0, -1)) do
      call('UNLINK', old .. 'line:' .. id .. ':' .. line)
    end
    for _, name in ipairs({
      'rank', 'since', 'heads', 'members', 'working', 'active', 'flows', 'weights', 'relaxing', 'settling',
    }) do
      call('UNLINK', old .. name .. ':' .. id)
    end
  end
  for _, name in ipairs(call('SMEMBERS', old .. 'languages')) do
    call('UNLINK', old .. 'speakers:' .. name)
  end
  for _, name in ipairs(call('SMEMBERS', old .. 'skills')) do
    call('UNLINK', old .. 'able:' .. name)
  end
  for _, name in ipairs({
    'teams', 'agents', 'convs', 'proposals', 'leases', 'seen', 'due', 'vigil', 'parked', 'changed', 'pulse',
    'marks', 'suspects', 'languages', 'skills',
  }) do
    call('UNLINK', old .. name)
  end
  call('HDEL', root, 'timing:' .. number, 'run_id:' .. number, 'freed:' .. number, 'teams:' .. number)
end
