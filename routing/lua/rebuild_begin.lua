-- Makes a generation empty, to be filled beside the active one.
-- For the new generation. Takes { timing }. Reply: nothing.
local active = tonumber(meta[1] or nil)
if active and active > tonumber(generation) then
  return redis.error_reply('NOTREADY a newer generation is here')
end
if active and tonumber(meta[4] or 0) > tonumber(FORM) then
  return redis.error_reply('NOTREADY a newer version has built the state')
end
if active == tonumber(generation) then
  call('HDEL', root, 'generation')
end
acts.discard(generation)
-- Idle times count from here, so that they fit into a score beside the load.
arg.timing.base = now - 30 * 86400000
call('HSET', root, 'virtual', virtual and '1' or '0', fields.timing, pack(arg.timing))
-- Counted on from a moment that was never before: after a wipe, the same number of a generation begins anew.
local time = call('TIME')
call('HSET', root, fields.run_id, run_id(), fields.teams, time[1] * 1000000 + time[2])
return pack(nil)
