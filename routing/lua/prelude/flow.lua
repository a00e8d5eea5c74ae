-- How fast a team's queue moves: the times between hand-overs while somebody waits. What finds an agent on
-- arrival says nothing about waiting and is not measured.
local arrived = {}
local KEPT = 30

local function mark(team)
  return tonumber(call('HGET', key('marks'), team) or nil)
end

function flow.arrive(team)
  if call('ZCARD', key('rank', team)) == 0 then
    call('HSET', key('marks'), team, now)
  end
end

function flow.leave(team)
  if call('ZCARD', key('rank', team)) == 0 then
    call('HDEL', key('marks'), team)
  end
end

-- This conversation came in this very call.
function flow.fresh(id)
  arrived[id] = true
end

-- Call before it leaves the line for an agent.
function flow.hand_over(conv)
  local since = mark(conv.team)
  if since and not arrived[conv.id] then
    call('LPUSH', key('gaps', conv.team), (now - since) .. ':' .. now)
    call('LTRIM', key('gaps', conv.team), 0, KEPT - 1)
    call('HSET', key('marks'), conv.team, now)
  end
end

function flow.read(team)
  local gaps = {}
  for _, text in ipairs(call('LRANGE', key('gaps', team), 0, KEPT - 1)) do
    local gap, at = string.match(text, '(%d+):(%d+)')
    if now - tonumber(at) <= 7200000 then
      table.insert(gaps, tonumber(gap))
    end
  end
  return {
    team_id = team, gaps_ms = gaps, since_ms = now - (mark(team) or now),
    -- Nobody works on a queue that stands still.
    working = teams.get(team).paused and 0 or call('SCARD', key('working', team)),
  }
end
