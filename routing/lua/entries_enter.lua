-- Puts a conversation in line, or back in line; one that is there already follows what the database says now.
-- Takes Visit. Reply: [full, proposals].
local known = convs.get(arg.conversation_id)
local came = not known or known.episode < arg.episode
if came then
  local conv = acts.arrive(arg)
  if not matching.at_once(conv) then
    queue.join(conv)
  end
elseif known.episode == arg.episode and known.staff == '' and arg.epoch >= known.epoch then
  queue.change(known, arg)
end
matching.run()
local full = came and arg.refusable and queue.refuse(convs.get(arg.conversation_id))
return listed(this.packed, full and '\146\195' or '\146\194')
