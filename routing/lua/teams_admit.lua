-- Where arrivals for teams would wait: there, or with the first of their fallbacks where somebody is at work.
-- Takes { ids, closed }. Reply: [Admission], in their order.
local closed, found = {}, {}
for _, id in ipairs(arg.closed) do
  closed[id] = true
end
-- The grace after a rebuild or a standstill is one lease long; whoever is there answers early in it.
local grace = tonumber(call('HGET', key('pulse'), 'grace') or 0)
local settling = now < grace - timing.lost + timing.stale
for n, asked in ipairs(arg.ids) do
  local id = teams.fallback(asked, closed)
  local team = teams.get(id)
  found[n] = {
    team_id = id, attended = teams.attended(id), full = teams.full(team), paused = team.paused or false,
    staffed = teams.attended(asked), settling = settling,
  }
end
return pack(found)
