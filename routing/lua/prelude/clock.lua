-- The time, in ms: Redis' own; a virtual desk is told it with every call.
local meta = call('HMGET', root, 'generation', 'virtual', 'timing:' .. generation)
local timing = meta[3] and unpack_record(meta[3])
local now
if ARGV[2] == '' then
  local time = call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
else
  now = tonumber(ARGV[2])
end

local function run_id()
  return string.match(call('INFO', 'server'), 'run_id:(%w+)')
end

-- State of another run is seconds old, which is worse than none: nobody is to work on it.
local function forget()
  call('HDEL', root, 'generation')
  return redis.error_reply('NOTREADY the server is not the one that the state was built on')
end

local function mistaken_clock()
  return redis.error_reply('NOTVIRTUAL a time is given on a virtual desk, and only there')
end
