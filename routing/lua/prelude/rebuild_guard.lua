-- A rebuild works on a generation that is not active yet.
if meta[2] and (ARGV[2] ~= '') ~= (meta[2] == '1') then
  return mistaken_clock()
end
local arg = unpack_record(ARGV[3])
