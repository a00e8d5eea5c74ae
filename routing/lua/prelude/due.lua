-- What is to happen by itself, by time. A thing that fires looks whether it still applies.
function due.at(kind, id, at)
  call('ZADD', key('due'), at, kind .. '|' .. id)
end

function due.once(kind, id, at)
  call('ZADD', key('due'), 'NX', at, kind .. '|' .. id)
end

function due.drop(kind, id)
  call('ZREM', key('due'), kind .. '|' .. id)
end

function due.next()
  local first = call('ZRANGE', key('due'), 0, 0, 'WITHSCORES')
  return first[2] and tonumber(first[2])
end
