-- Does what is due.
-- Takes { limit }. Reply: Swept.
local stale, gone, changed, overflowed = {}, {}, {}, {}

-- Where nobody swept for long, leases could not be renewed either: everybody gets a full one.
local swept, grace = unpack(call('HMGET', key('pulse'), 'swept', 'grace'))
grace = tonumber(grace or 0)
if timing.gap > 0 and now - tonumber(swept or now) > timing.gap then
  grace = now + timing.lost
end
call('HSET', key('pulse'), 'swept', now, 'grace', grace)

local fire = {}

function fire.offer(id)
  losses.expire(proposals.get(id))
end

function fire.claim(id)
  table.insert(stale, proposals.get(id))
  due.at('claim', id, now + timing.again)
end

function fire.wrap(id)
  local staff, conversation = string.match(id, '^(.-)|(.+)$')
  agents.free(staff, conversation)
end

function fire.again(id)
  queue.ask_again(convs.get(id))
end

function fire.absent(id)
  local conv = convs.get(id)
  if conv.state ~= 'waiting' or conv.parked then
    return
  end
  local at = tonumber(call('HGET', key('seen'), id)) + timing.absent
  if at > now then
    due.at('absent', id, at)
  else
    queue.park(conv, true)
  end
end

function fire.gone(id)
  local at = math.max(tonumber(call('HGET', key('seen'), id)) + timing.gone, grace)
  if at > now then
    due.at('gone', id, at)
  else
    table.insert(gone, id)
    due.at('gone', id, now + timing.again)
  end
end

function fire.stale(id)
  local lease = leases.get(id)
  if lease.seen + timing.stale > now then
    due.at('stale', id, lease.seen + timing.stale)
    return
  end
  lease.present = false
  leases.save(id, lease)
  leases.tell(id, false)
  due.at('lost', id, math.max(lease.seen + timing.lost, grace))
end

function fire.lost(id)
  local agent = agents.get(id)
  local at = math.max(leases.get(id).seen + timing.lost, agent.lost and 0 or grace)
  if at > now then
    due.at('lost', id, at)
  else
    losses.lose(agent)
  end
end

function fire.freed() end

function fire.relax(team)
  queue.relax(team)
end

function fire.overflow(team)
  overflowed[#overflowed + 1] = queue.overflow(team)
end

function fire.tell()
  local told = call('HGETALL', key('changed'))
  call('DEL', key('changed'))
  for at = 1, #told, 2 do
    table.insert(changed, { told[at], told[at + 1] == '1' })
  end
end

-- One by one: what fires first may undo what was due after it.
for _ = 1, arg.limit do
  local kind, id, at = due.first()
  if not kind or at > now then
    break
  end
  due.drop(kind, id)
  fire[kind](id)
end

local made, moving = matching.made(), {}
for _, each in ipairs(overflowed) do
  if convs.get(each[1]).state == 'waiting' then
    table.insert(moving, each)
  end
end

return pack({
  proposals = made, expired_offers = losses.expired(), stale_claims = stale, lost = losses.lost(),
  gone = gone, overflowed = moving, presence_changed = changed, next_due_ms = due.next(), now_ms = now,
})
