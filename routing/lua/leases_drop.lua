-- A socket closed.
-- Takes { kind = staff | customer, id, connection }. Reply: nothing.
if arg.kind == 'staff' then
  leases.drop(arg.id, arg.connection)
else
  local seen = tonumber(call('HGET', key('seen'), arg.id) or nil)
  if seen and now - seen < timing.absent then
    call('HSET', key('seen'), arg.id, now)
  end
end
return pack(nil)
