-- The database has this assignment, whatever is known here.
-- Takes Assignment. Reply: proposals.
local known = convs.get(arg.conversation_id)
if not known or known.epoch <= arg.epoch then
  acts.assign(arg)
end
return matching.reply()
