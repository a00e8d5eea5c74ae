-- What was observed: { seen, present, connections = { id -> ms }, out = { id -> ms } }.
-- `out` are connections that were signed out: an answer still under way must not bring the agent back.
function leases.get(id)
  local raw = call('HGET', key('leases'), id)
  return raw and unpack_record(raw)
end

function leases.save(id, lease)
  call('HSET', key('leases'), id, pack(lease))
end

function leases.open(id)
  leases.save(id, { seen = now, present = false, connections = {}, out = {} })
end

local function recent(times)
  local kept = {}
  for id, at in pairs(times) do
    if now - at <= 3 * timing.lost then
      kept[id] = at
    end
  end
  return kept
end

function leases.renew(id, connection)
  local lease = leases.get(id)
  if not lease or lease.out[connection] or (not lease.present and agents.get(id).removed) then
    return
  end
  lease.seen = now
  lease.connections[connection] = now
  lease.connections, lease.out = recent(lease.connections), recent(lease.out)
  if not lease.present then
    lease.present = true
    leases.tell(id, true)
    due.drop('lost', id)
    due.at('stale', id, now + timing.stale)
    matching.agent(id)
  end
  leases.save(id, lease)
end

-- Writes presence into the agent's record and lets the next sweep tell of it.
function leases.tell(id, present)
  local agent = agents.get(id)
  agent.present = present
  if present then
    agent.lost = nil
  end
  agents.enlist(agent)
  call('HSET', key('changed'), id, present and '1' or '0')
  due.at('tell', '', now)
end

-- A socket that was alive closed: the grace counts from now, not from its last answer.
function leases.drop(id, connection)
  local lease = leases.get(id)
  if not lease then
    return
  end
  lease.connections[connection] = nil
  if now - lease.seen < timing.stale then
    lease.seen = now
  end
  leases.save(id, lease)
end

-- Ends a lease without grace.
function leases.finish(id)
  local lease = leases.get(id)
  for connection in pairs(lease.connections) do
    lease.out[connection] = now
  end
  lease.connections = {}
  lease.seen = now - timing.lost
  local was_present = lease.present
  lease.present = false
  leases.save(id, lease)
  due.drop('stale', id)
  if was_present then
    leases.tell(id, false)
  end
end
