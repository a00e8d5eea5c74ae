-- How long who waits will wait. Measured is the *pace* of a line: the times between hand-overs to those of one
-- priority while one of them waited, so what is let in before them is in it. An entry is seen in two lines: of
-- all in its team, and of those who ask for the same. For each line it keeps the *guess* with which it began to
-- wait, the mean and shape of a gamma distribution; its hand-over says what came of it, and moves the limits
-- between which four waits of five fall. What is told is the line whose ranges were the tighter for their misses.
--
--   flows:<team>  hash: priority -> pace of the whole line; priority and what is asked for -> pace of their
--                 line, with `whole` and `alike`: how guesses of the two lines turned out
--
-- Pace: { count, mean, variance, last }, ms, newer gaps weighing more. Turned out: { told, low, high, score },
-- the limits as quantiles of the normal distribution.

-- Gaps and outcomes that a newer one counts as much as; fewer than LEAST say too little; a pace is forgotten
-- after a shift without a hand-over.
local KEPT, LEAST, FORGOTTEN = 30, 8, 8 * 3600000
-- Four of five, and how far one outcome moves the limits: by STEP at length, by more at first.
local OUTSIDE, STEP, FIRST, SCORED = 0.1, 0.02, 0.3, 0.01
-- Lines that a team's queue is measured in.
local LINES = 256

local function asked(conv)
  local text = { conv.priority, conv.weight, conv.language }
  for _, skill in ipairs(conv.skills) do
    table.insert(text, skill[1] .. '=' .. skill[2])
  end
  return table.concat(text, '|')
end

-- The records of the whole line and of those who ask for the same.
local function records(conv)
  local names = { tostring(conv.priority), asked(conv) }
  local cached = this.flows[conv.team] or {}
  this.flows[conv.team] = cached
  if not (cached[names[1]] and cached[names[2]]) then
    for at, raw in ipairs(call('HMGET', key('flows', conv.team), unpack(names))) do
      cached[names[at]] = raw and unpack_record(raw) or { count = 0, mean = 0, variance = 0, last = 0 }
    end
  end
  local whole, alike = cached[names[1]], cached[names[2]]
  alike.whole = alike.whole or { told = 0, low = -1.4, high = 1.4, score = 0 }
  alike.alike = alike.alike or { told = 0, low = -1.4, high = 1.4, score = 0 }
  return whole, alike, names
end

local function save(conv, whole, alike, names)
  local home = key('flows', conv.team)
  while alike.count == 1 and call('HLEN', home) > LINES - 2 do
    call('HDEL', home, call('HRANDFIELD', home))
  end
  call('HSET', home, names[1], pack(whole), names[2], pack(alike))
end

-- The pace with one more gap.
local function with(pace, gap)
  local count = pace.count + 1
  local weight = 1 / math.min(count, KEPT)
  local off = gap - pace.mean
  return {
    count = count, mean = pace.mean + weight * off, variance = (1 - weight) * (pace.variance + weight * off * off),
  }
end

-- Since when somebody could be handed over: they wait, and somebody works on the queue.
local function since(conv)
  local cached = this.flows[conv.team]
  cached.moves = cached.moves or tonumber(call('HGET', key('marks'), conv.team) or 0)
  return math.max(conv.guess and conv.guess[1] or conv.came, cached.moves)
end

local function works(team)
  local cached = this.flows[team] or {}
  this.flows[team] = cached
  if cached.works == nil then
    cached.works = not teams.get(team).paused and teams.attended(team)
  end
  return cached.works
end

local function measure(pace, from)
  if now - pace.last > FORGOTTEN then
    pace.count, pace.mean, pace.variance = 0, 0, 0
  end
  -- Who begins to work takes over at once: that ends no gap.
  if now > from then
    local new = with(pace, now - math.max(pace.last, from))
    pace.count, pace.mean, pace.variance = new.count, new.mean, new.variance
  end
  pace.last = now
end

-- Mean and shape of the wait for one's turn in a line: the sum of as many gaps as there are places, each known
-- from a sample only. An overdue hand-over is evidence as well.
local function guess(pace, place, from)
  if pace.count < LEAST or now - pace.last > FORGOTTEN then
    return 0, 0
  end
  local overdue = now - math.max(pace.last, from)
  local seen = overdue > pace.mean and with(pace, overdue) or pace
  local sample = math.min(seen.count, 2 * KEPT - 1)
  local mean = place * seen.mean
  local variance = place * seen.variance + place * place * seen.variance / sample
  -- No queue is steadier than to a tenth.
  return mean, mean * mean / math.max(variance, mean * mean / 100, 1)
end

-- The quantile of a gamma distribution (Wilson and Hilferty, 1931).
local function quantile(mean, shape, z)
  return mean * math.max(0, 1 - 1 / (9 * shape) + z / (3 * math.sqrt(shape))) ^ 3
end

local function range(turned, mean, shape)
  local low = quantile(mean, shape, turned.low)
  return low, math.max(low, quantile(mean, shape, turned.high))
end

-- Each miss moves a limit so that in the long run as many miss it as are to, whatever the waits are distributed
-- like (Gibbs and Candès, 2021). The score is the range's width and ten times what it missed by (Winkler, 1972).
local function judge(turned, mean, shape, wait)
  if mean == 0 then
    return
  end
  local low, high = range(turned, mean, shape)
  turned.told = turned.told + 1
  local step = math.max(STEP, FIRST / turned.told)
  turned.low = turned.low + step * (OUTSIDE - (wait < low and 1 or 0))
  turned.high = turned.high + step * ((wait > high and 1 or 0) - OUTSIDE)
  local score = high - low + (math.max(low - wait, 0) + math.max(wait - high, 0)) / OUTSIDE
  turned.score = turned.score + math.max(SCORED, 1 / turned.told) * (score - turned.score)
end

-- Its place in each of its lines; one that is offered, and so in none of the second, is next.
local function places(conv, rank)
  local ahead = conv.line ~= '' and call('ZRANK', line_key(conv.team, conv.line), conv.id) or 0
  return (rank or call('ZRANK', key('rank', conv.team), conv.id)) + 1, ahead + 1
end

-- It waits from now on; unless it finds an agent in this very call, which says nothing about waiting.
function flow.begin(conv)
  table.insert(this.beginners, conv)
end

-- Call when all that could be matched is.
function flow.settle()
  if none('beginners') then
    return
  end
  for _, conv in ipairs(this.beginners) do
    if convs.get(conv.id) == conv and conv.line ~= '' then
      local whole, alike = records(conv)
      local first, second = places(conv)
      conv.guess = { now }
      conv.guess[2], conv.guess[3] = guess(whole, first, now)
      conv.guess[4], conv.guess[5] = guess(alike, second, now)
      convs.save(conv)
    end
  end
  this.beginners = {}
end

-- Call before it leaves the line for an agent.
function flow.hand_over(conv)
  local began = conv.guess
  if not began then
    return
  end
  local whole, alike, names = records(conv)
  local from = since(conv)
  measure(whole, from)
  measure(alike, from)
  judge(alike.whole, began[2], began[3], now - began[1])
  judge(alike.alike, began[4], began[5], now - began[1])
  save(conv, whole, alike, names)
  conv.guess = nil
end

-- Somebody works on the queue again: the time before says nothing about its pace.
function flow.resume(team)
  call('HSET', key('marks'), team, now)
end

-- Between which ms the rest of the wait is, four times of five; nothing while too little is known, or nobody
-- works. `rank`: how many in the team's line are before it.
function flow.wait(conv, rank)
  if not works(conv.team) then
    return nil
  end
  local whole, alike = records(conv)
  local first, second = places(conv, rank)
  local from = since(conv)
  local mean, shape = guess(alike, second, from)
  local turned = alike.alike
  local other_mean, other_shape = guess(whole, first, from)
  if other_mean > 0 and alike.whole.told >= LEAST and (mean == 0 or alike.whole.score < turned.score) then
    mean, shape, turned = other_mean, other_shape, alike.whole
  end
  if mean > 0 then
    return range(turned, mean, shape)
  end
end
