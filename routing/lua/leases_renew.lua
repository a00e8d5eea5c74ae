-- These connections answered a ping just now.
-- Takes { staff = [[staff id, connection id]], customers = [conversation
-- id] }. Reply: proposals.
for _, lease in ipairs(arg.staff) do
  leases.renew(lease[1], lease[2])
end
if #arg.customers > 0 then
  -- Only those in line are kept track of.
  local seen = call('HMGET', key('seen'), unpack(arg.customers))
  local parked = call('SMISMEMBER', key('parked'), unpack(arg.customers))
  for at, id in ipairs(arg.customers) do
    if seen[at] then
      call('HSET', key('seen'), id, now)
    end
    if parked[at] == 1 then
      queue.park(convs.get(id), false)
    end
  end
end
return matching.reply()
