-- All conversations, lines and agents at one moment, to be compared with the database and with each other.
-- Takes {}. Reply: [queues, proposals, conversations, agents]: a queue is
-- { id, rank = [who stands in line], open = [who of them may be matched] }, `proposals` their ids.
local queues = {}
for _, id in ipairs(call('HKEYS', key('teams'))) do
  local open = {}
  for _, line in ipairs(call('ZRANGE', key('heads', id), 0, -1)) do
    for _, each in ipairs(call('ZRANGE', line_key(id, line), 0, -1)) do
      table.insert(open, each)
    end
  end
  table.insert(queues, { id = id, rank = call('ZRANGE', key('rank', id), 0, -1), open = open })
end
return '\148' .. pack(queues) .. pack(call('HKEYS', key('proposals')))
  .. listed(call('HVALS', key('convs'))) .. listed(call('HVALS', key('agents')))
