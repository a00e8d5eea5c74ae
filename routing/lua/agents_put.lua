-- Adds or changes an agent.
-- KEYS[1] the desk. ARGV: generation, now_ms, Agent. Reply: proposals.
agents.put(arg)
return pack(matching.run())
