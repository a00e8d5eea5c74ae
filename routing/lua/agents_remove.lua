-- Forgets an agent as soon as nothing of theirs is left; what they hold is reported as lost.
-- Takes { id }. Reply: Swept.
local agent = agents.get(arg.id)
if agent then
  agent.availability = 'offline'
  leases.finish(agent.id)
  agents.delist(agent)
  agents.save(agent)
  agent.removed = true
  losses.lose(agent)
end
return pack({
  proposals = matching.made(), expired_offers = losses.expired(), lost = losses.lost(), next_due_ms = due.next(),
  now_ms = now,
})
