-- Nothing is decided on a state that is not this caller's.
if meta[1] ~= generation then
  return redis.error_reply('NOTREADY this generation is not here')
end
if (ARGV[2] ~= '') ~= (meta[2] == '1') then
  return mistaken_clock()
end
local arg = unpack_record(ARGV[3])
