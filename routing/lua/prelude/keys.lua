-- Where everything stands. The root is the desk's one declared key; all others share its hash tag, so they
-- are in its Cluster slot. Keys of a generation begin with its number: a new one is filled beside the old.
--
--   <root>            hash: generation, run_id, form, virtual, seq, timing:<g>, run_id:<g>,
--                   freed:<g> (ids of staff who want matching), teams:<g> (rises when one is written)
--   <root>:<g>:...
--     teams           hash team id -> record          agents   hash staff id -> record
--     convs           hash conversation id -> record  proposals hash proposal id -> record
--     leases          hash staff id -> record         seen     hash conversation id -> ms, in line only
--     due, vigil      zsets "kind|id" by ms           parked   set of conversations passed over
--     changed         hash staff id -> "1" | "0"
--     pulse           hash: swept, grace (ms)
--     marks           hash team id -> ms: its queue moves since    suspects hash conversation id -> fingerprint
--     rank:<team>     zset of all in line, by rank    since:<team>  the same by first time
--     heads:<team>    zset of signatures, by head     line:<team>:<signature>  zset of the matchable, by rank
--     weights:<team>  set of the weights that its queue has met
--     free:<team>:<weight>   zset of agents with room, by the team's strategy
--     able:<team>:<skill>    zset of agents by level; `skills`: set of all "team:skill"
--     members:<team>, working:<team>, active:<team>   sets: agents, agents at work, conversations held
--     speakers:<team>:<language>  set of agents at work; `languages`: set of all "team:language"
--     relaxing:<team>  zset of those whose needs are not relaxed yet, by the time they came
--     settling:<team>  zset of those who may overflow, by the time they came or were last told of
--     flows:<team>    hash of how fast its lines move (flow.lua)
local root, generation, home
-- Raised where a version reads these keys otherwise than the one before: then it builds its own state, and the
-- older one, which cannot work on that, gives way.
local FORM = '4'
-- Not to be had yet while the library is loaded.
local call, pack, unpack_record

-- What this call has read and is about: the library outlives the call, and nothing else in it may change. A list
-- comes into being when it is first asked for, since few calls need many of them.
local this

local LISTS = {
  __index = function(lists, name)
    local list = {}
    lists[name] = list
    return list
  end,
}

-- Is there nothing in one of its lists?
local function none(name)
  local list = rawget(this, name)
  return not list or next(list) == nil
end

local due, teams, needs, agents, leases, convs, queue = {}, {}, {}, {}, {}, {}, {}
local flow, proposals, matching, losses, acts = {}, {}, {}, {}, {}
local scripts = {}

-- The names of a desk's keys, and of the root's fields that are a generation's; built once, since it is mostly the
-- desk of the last call.
local names, named, fields

local function begin(desk, number)
  if root ~= desk or generation ~= number then
    call, pack, unpack_record = redis.call, cmsgpack.pack, cmsgpack.unpack
    root, generation, home = desk, number, desk .. ':' .. number .. ':'
    names, named, fields = {}, 0, {}
    for _, name in ipairs({ 'timing', 'run_id', 'freed', 'teams' }) do
      fields[name] = name .. ':' .. number
    end
  end
  this = setmetatable({ agents = {}, unwritten = {}, convs = {}, packed = {}, unfit = false }, LISTS)
end

-- The name of one of many, which is not kept.
local function passing_key(name, id)
  return home .. name .. ':' .. id
end

local function keep(name, id)
  if named == 10000 then
    names, named = {}, 0
  end
  names[name] = names[name] or {}
  names[name][id] = id == '' and home .. name or passing_key(name, id)
  named = named + 1
  return names[name][id]
end

local function key(name, id)
  local of = names[name]
  return of and of[id or ''] or keep(name, id or '')
end

local function line_key(team, signature)
  return passing_key('line', team .. ':' .. signature)
end

-- A list of packed records as one packed list, without unpacking them; `before`: what is packed already and
-- comes first.
local function listed(blobs, before)
  local head = #blobs < 16 and string.char(0x90 + #blobs) or struct.pack('>BI4', 0xdd, #blobs)
  -- Of one, as of most calls, no copy is made first.
  return (before or '') .. head .. (#blobs == 1 and blobs[1] or table.concat(blobs))
end
