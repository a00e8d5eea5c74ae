-- Reserves a named agent for a conversation.
-- Takes { id, staff, epoch, force, own, team, weight }.
-- Reply: { claim } or { code, staff }.
local function refuse(code, staff)
  return pack({ code = code, staff = staff or '' })
end

local conv, agent = convs.get(arg.id), agents.get(arg.staff)
if not conv and arg.team == '' then
  return refuse('not_found')
end
conv = conv or convs.fresh(arg.id, arg.team, arg.weight, arg.epoch)
if conv.state == 'claimed' then
  return refuse('already_taken', proposals.get(conv.proposal).staff_id)
end
if arg.epoch < conv.epoch or (conv.staff ~= '' and (not arg.force or conv.staff == arg.staff)) then
  return refuse('already_taken', conv.staff)
end
if not agent or agent.removed or (not arg.own and not agents.working(agent)) then
  return refuse('not_available')
end
if not agents.room(agent, teams.get(conv.team), conv.weight, conv.id) then
  return refuse('at_capacity')
end

local offer = conv.proposal ~= '' and proposals.get(conv.proposal)
if offer then
  proposals.drop(offer)
  conv.proposal = ''
end
conv.epoch = arg.epoch
local claim = proposals.claim(conv, agent, { rule = 'named', next = '', candidates = 1 })
if offer and offer.staff_id ~= arg.staff then
  claim.withdrawn_offer_id, claim.withdrawn_staff_id = offer.id, offer.staff_id
end
matching.postpone()
return pack({ claim = claim })
