-- Where conversations stand, and how long they will wait.
-- Takes { ids }. Reply: a list of Place.
local found = {}
for _, id in ipairs(arg.ids) do
  local conv = convs.get(id)
  if conv and convs.in_line(conv) then
    local rank = call('ZRANK', key('rank', conv.team), id)
    local low, high = flow.wait(conv, rank)
    table.insert(found, {
      conversation_id = id, team_id = conv.team, position = rank + 1,
      wait_low_seconds = low and math.floor(low / 1000 + 0.5),
      wait_high_seconds = high and math.floor(high / 1000 + 0.5),
    })
  end
end
return pack(found)
