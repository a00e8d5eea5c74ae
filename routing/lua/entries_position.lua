-- Where conversations stand, and how fast their queues move.
-- KEYS[1] the desk. ARGV: generation, now_ms, { ids }. Reply: { ranks = [{ id, team_id, rank }], teams }.
local ranks, flows, known = {}, {}, {}
for _, id in ipairs(arg.ids) do
  local conv = convs.get(id)
  if conv and convs.in_line(conv) then
    local rank = call('ZRANK', key('rank', conv.team), id)
    table.insert(ranks, { id = id, team_id = conv.team, rank = rank })
    if not known[conv.team] then
      known[conv.team] = true
      table.insert(flows, flow.read(conv.team))
    end
  end
end
return pack({ ranks = ranks, teams = flows })
