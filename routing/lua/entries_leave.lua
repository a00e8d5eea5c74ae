-- Takes a conversation out of the line; one that an agent holds stays.
-- KEYS[1] the desk. ARGV: generation, now_ms, { id }. Reply: { there, proposals }.
local conv = convs.get(arg.id)
local there = conv ~= nil and conv.staff == ''
if there then
  convs.release(conv)
  convs.delete(conv)
end
return pack({ there = there, proposals = matching.run() })
