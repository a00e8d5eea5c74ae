-- The time, in ms: Redis' own; a virtual desk is told it with every call. And whose state this is.
local meta, timing, now, virtual
local timing_text, server

-- A server has the same id for as long as it runs; the library is read anew when it starts.
local function run_id()
  server = server or string.match(call('INFO', 'server'), 'run_id:(%w+)')
  return server
end

-- State of another run is seconds old, which is worse than none: nobody is to work on it.
local function forget()
  call('HDEL', root, 'generation')
  return redis.error_reply('NOTREADY the server is not the one that the state was built on')
end

-- What stands in the root key: { generation, virtual, run_id, form }, and of the
-- generation its timing, who wants matching, and how often teams were written.
local function read_meta()
  meta = call('HMGET', root, 'generation', 'virtual', 'run_id', 'form', fields.timing, fields.freed, fields.teams)
  if meta[5] ~= timing_text then
    timing_text, timing = meta[5], meta[5] and unpack_record(meta[5])
  end
end

local function read_clock(stated)
  virtual = stated ~= ''
  if not virtual then
    local time = call('TIME')
    now = time[1] * 1000 + math.floor(time[2] / 1000)
  else
    now = tonumber(stated)
  end
end
