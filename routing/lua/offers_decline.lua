-- Ends an open offer to this agent; the conversation is back where it stood.
-- Takes { id, staff }. Reply: proposals.
local offer = proposals.get(arg.id)
if offer and offer.kind == 'offer' and offer.staff_id == arg.staff then
  proposals.turn_down(offer)
end
return matching.reply()
