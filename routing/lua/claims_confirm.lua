-- The claim stands in the database: it is the assignment now, and the holder before is free.
-- Takes { id }. Reply: proposals.
local claim = proposals.get(arg.id)
if claim and claim.kind == 'claim' then
  local conv = convs.get(claim.conversation_id)
  proposals.forget(claim)
  if conv.staff ~= '' then
    agents.free(conv.staff, conv.id)
  end
  conv.epoch = claim.epoch + 1
  convs.hold(conv, agents.get(claim.staff_id))
end
return matching.reply()
