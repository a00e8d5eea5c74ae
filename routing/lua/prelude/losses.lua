-- Agents who do not answer. Reports are repeated until the conversations were requeued.

local function held(agent)
  local ids = {}
  for _, slot in ipairs(agent.slots) do
    if slot.kind == 'held' then
      table.insert(ids, slot.conversation)
    end
  end
  return ids
end

-- An absent agent holds something now: the sweep must come to it.
function losses.watch(agent)
  if not agent.present then
    local lease = leases.get(agent.id)
    due.once('lost', agent.id, math.max(now, lease.seen + timing.lost))
  end
end

function losses.expire(offer)
  proposals.turn_down(offer)
  table.insert(this.expired, { offer.id, offer.conversation_id, offer.staff_id })
end

local function withdraw_offers(agent)
  for at = #agent.slots, 1, -1 do
    local slot = agent.slots[at]
    if slot and slot.kind == 'offer' then
      losses.expire(proposals.get(convs.get(slot.conversation).proposal))
    end
  end
end

function losses.lose(agent)
  withdraw_offers(agent)
  local ids = held(agent)
  if not agent.lost or #ids > 0 then
    table.insert(this.lost, { agent.id, ids })
  end
  agent.lost = true
  agents.save(agent)
  if #ids > 0 then
    due.at('lost', agent.id, now + timing.again)
  end
end

function losses.expired()
  return this.expired
end

function losses.lost()
  return this.lost
end
