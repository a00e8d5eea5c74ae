-- The claim does not stand in the database: back where it came from.
-- Takes { id, epoch }. Reply: proposals.
local claim = proposals.get(arg.id)
if claim and claim.kind == 'claim' then
  local conv = convs.get(claim.conversation_id)
  proposals.drop(claim)
  conv.epoch, conv.proposal = math.max(arg.epoch, conv.epoch), ''
  if conv.origin == 'waiting' then
    queue.join(conv)
  elseif conv.origin == 'assigned' then
    conv.state = 'assigned'
    convs.save(conv)
  else
    convs.delete(conv)
  end
end
return matching.reply()
