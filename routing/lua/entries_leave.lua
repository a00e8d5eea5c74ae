-- Takes a conversation out of the line; one that an agent holds stays.
-- Takes { id, epoch or nil }. Reply: { there, proposals }.
-- What Redis knows of that epoch or a later one came after the leaving: it stays.
local conv = convs.get(arg.id)
local there = conv ~= nil and conv.staff == '' and not (arg.epoch and conv.epoch >= arg.epoch)
if there then
  convs.release(conv)
  convs.delete(conv)
end
return pack({ there = there, proposals = matching.made() })
