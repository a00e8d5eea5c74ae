-- Adds or changes a team.
-- Takes TeamSettings. Reply: proposals.
teams.put(arg)
return matching.reply()
