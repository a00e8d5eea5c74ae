-- Adds or changes a team.
-- KEYS[1] the desk. ARGV: generation, now_ms, TeamSettings. Reply: proposals.
teams.put(arg)
return pack(matching.run())
