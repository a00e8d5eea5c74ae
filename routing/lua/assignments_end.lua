-- Forgets a conversation in whatever state.
-- KEYS[1] the desk. ARGV: generation, now_ms, { id, wrap_up = ms or nil: the team's }. Reply: proposals.
local conv = convs.get(arg.id)
if conv then
  acts.finish(conv, arg.wrap_up or teams.get(conv.team).wrap_up_ms)
end
return pack(matching.run())
