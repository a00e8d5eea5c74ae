-- Ends an agent's presence without grace.
-- Takes { id }. Reply: Swept.
local agent = agents.get(arg.id)
if agent then
  leases.finish(agent.id)
  losses.lose(agent)
end
return pack({
  proposals = matching.made(), expired_offers = losses.expired(), lost = losses.lost(), next_due_ms = due.next(),
  now_ms = now,
})
