-- Adds rows to a generation that was begun. Nothing is matched: nobody is present yet.
-- For the new generation. Takes { kind, rows }. Reply: nothing.
if not timing then
  return redis.error_reply('NOTREADY the generation was not begun, or was wiped')
end
local fill = { team = teams.put, agent = agents.put, visit = acts.enter, assignment = acts.assign }

function fill.wrap_up(row)
  if row.until_ms > now then
    agents.wrap(row.staff_id, row.conversation_id, row.weight, row.team_id, row.until_ms)
  end
end

for _, row in ipairs(arg.rows) do
  fill[arg.kind](row)
end
flow.settle()
return pack(nil)
