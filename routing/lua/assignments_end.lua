-- Forgets a conversation in whatever state.
-- Takes { id, wrap_up = ms or nil: the team's, epoch or nil }.
-- Reply: proposals. What Redis knows of that epoch or a later one came after the end: it stays.
local conv = convs.get(arg.id)
if conv and not (arg.epoch and conv.epoch >= arg.epoch) then
  acts.finish(conv, arg.wrap_up or teams.get(conv.team).wrap_up_ms)
end
return matching.reply()
