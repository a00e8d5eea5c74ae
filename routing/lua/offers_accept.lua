-- Turns an open offer to this agent into a claim.
-- Takes { id, staff }. Reply: { claim } or { claimed }: by this agent.
local proposal = proposals.get(arg.id)
if not proposal or proposal.staff_id ~= arg.staff then
  return pack({ claimed = false })
end
if proposal.kind == 'claim' then
  return pack({ claimed = true })
end
proposals.accept(proposal, convs.get(proposal.conversation_id), agents.get(arg.staff))
return pack({ claim = proposal })
