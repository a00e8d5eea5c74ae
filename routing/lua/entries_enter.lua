-- Puts a conversation in line, or back in line.
-- KEYS[1] the desk. ARGV: generation, now_ms, Visit. Reply: proposals.
local known = convs.get(arg.conversation_id)
if not known or known.episode < arg.episode then
  acts.enter(arg)
elseif known.episode == arg.episode and convs.in_line(known) and arg.epoch > known.epoch then
  known.epoch = arg.epoch
  convs.save(known)
end
return pack(matching.run())
