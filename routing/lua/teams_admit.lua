-- Where an arrival for a team would wait: there, or with the first of its fallbacks where somebody is at work.
-- KEYS[1] the desk. ARGV: generation, now_ms, { id }. Reply: Admission.
local id = teams.fallback(arg.id)
local team = teams.get(id)
return pack({
  team_id = id, attended = teams.attended(id), full = teams.full(team), paused = team.paused or false,
})
