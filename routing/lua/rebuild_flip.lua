-- Makes a filled generation the active one and deletes all others.
-- For the new generation. Takes {}. Reply: nothing.
if not timing or call('HGET', root, fields.run_id) ~= run_id() then
  return redis.error_reply('NOTREADY the generation was not begun, or was wiped')
end
local active = tonumber(meta[1] or nil)
if active and active > tonumber(generation) then
  return redis.error_reply('NOTREADY a newer generation is here')
end
call('HSET', root, 'generation', generation, 'run_id', run_id(), 'form', FORM)
call('HSET', key('pulse'), 'swept', now, 'grace', now + timing.lost)
for _, field in ipairs(call('HKEYS', root)) do
  local other = string.match(field, '^timing:(%d+)$')
  if other and other ~= generation then
    acts.discard(other)
  end
end
return pack(nil)
