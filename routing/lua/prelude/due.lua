-- What is to happen by itself, by time. A thing that fires looks whether it still applies. Of each who waits there
-- is one in `vigil`, and these are many: apart from them a claim's, which comes and goes with every pair, is
-- written into a small set.
local VIGILS = { absent = true, gone = true }

local function set_of(kind)
  return key(VIGILS[kind] and 'vigil' or 'due')
end

function due.at(kind, id, at)
  call('ZADD', set_of(kind), at, kind .. '|' .. id)
end

function due.once(kind, id, at)
  call('ZADD', set_of(kind), 'NX', at, kind .. '|' .. id)
end

function due.drop(kind, id)
  call('ZREM', set_of(kind), kind .. '|' .. id)
end

local function first_of(set)
  local first = call('ZRANGE', set, 0, 0, 'WITHSCORES')
  return first[1], first[2] and tonumber(first[2])
end

-- The next thing's kind, id and time.
function due.first()
  local name, at = first_of(key('due'))
  local other, other_at = first_of(key('vigil'))
  if other and (not name or other_at < at or (other_at == at and other < name)) then
    name, at = other, other_at
  end
  if name then
    local kind, id = string.match(name, '^(.-)|(.*)$')
    return kind, id, at
  end
end

function due.next()
  local _, _, at = due.first()
  return at
end
