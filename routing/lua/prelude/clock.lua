-- The time, in ms: Redis' own; a virtual desk is told it with every call. And whose state this is.
local meta, timing, now, virtual
local server

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
-- generation who wants matching, and how often teams were written.
local function read_meta()
  meta = call('HMGET', root, 'generation', 'virtual', 'run_id', 'form', fields.freed, fields.teams)
end

local function read_timing()
  local text = call('HGET', root, fields.timing)
  timing = text and unpack_record(text)
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
