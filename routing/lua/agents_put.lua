-- Adds or changes an agent.
-- Takes Agent. Reply: proposals.
agents.put(arg)
return matching.reply()
