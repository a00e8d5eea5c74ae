-- Conversations: { id, state, team, priority, first, weight, episode, epoch, wanted, skip, parked, staff,
-- proposal, origin, line, language, skills, relaxed, came,
-- been }. States: waiting, offered (in line both), claimed (`origin` says where from:
-- waiting, assigned, none), assigned. `staff` holds it, also while a transfer is claimed. What is blank need not
-- be in the record; the lists here are everybody's, so none is changed in place.
local BLANK = {
  __index = {
    wanted = '', skip = {}, parked = false, proposal = '', origin = 'none', line = '', language = '', skills = {},
    relaxed = false, been = {},
  },
}

function convs.get(id)
  if this.convs[id] == nil then
    local raw = call('HGET', key('convs'), id)
    this.convs[id] = raw and setmetatable(unpack_record(raw), BLANK) or false
  end
  return this.convs[id] or nil
end

function convs.save(conv)
  this.convs[conv.id] = conv
  call('HSET', key('convs'), conv.id, pack(conv))
end

function convs.delete(conv)
  this.convs[conv.id] = false
  call('HDEL', key('convs'), conv.id)
  call('HDEL', key('seen'), conv.id)
end

function convs.fresh(id, team, weight, epoch)
  return setmetatable({
    id = id, state = 'none', team = team, priority = 0, first = now, weight = weight, episode = 0, epoch = epoch,
    staff = '', came = now,
  }, BLANK)
end

function convs.in_line(conv)
  return conv.state == 'waiting' or conv.state == 'offered'
end

-- Frees all that is bound to it: a proposal, the place in line, its agent.
function convs.release(conv)
  local proposal = conv.proposal ~= '' and proposals.get(conv.proposal)
  if proposal then
    proposals.drop(proposal)
  end
  if convs.in_line(conv) then
    queue.quit(conv)
  end
  if conv.staff ~= '' then
    call('SREM', key('active', conv.team), conv.id)
    agents.free(conv.staff, conv.id)
  end
end

-- The agent holds it now.
function convs.hold(conv, agent)
  agents.use(agent, conv, 'held')
  agents.save(agent)
  conv.state, conv.staff, conv.proposal, conv.skip, conv.wanted = 'assigned', agent.id, nil, nil, nil
  call('SADD', key('active', conv.team), conv.id)
  call('HDEL', key('seen'), conv.id)
  convs.save(conv)
  losses.watch(agent)
end
