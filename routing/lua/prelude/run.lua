-- The way in. KEYS[1] the desk, KEYS[2] none (keys.py). ARGV: a script's name, generation, now_ms (empty: Redis'
-- own), what the script takes.

local BUILDING = { rebuild_probe = true, rebuild_begin = true, rebuild_fill = true, rebuild_flip = true }

-- Why this script may not work on what is here; nothing where it may. Nothing is decided on a state that is not
-- this caller's; a rebuild works on a generation that is not active yet.
local function refused(script, stated)
  local building = BUILDING[script]
  if not building and meta[1] ~= generation then
    return redis.error_reply('NOTREADY this generation is not here')
  end
  if not building and meta[3] ~= run_id() then
    return forget()
  end
  if not building and meta[4] ~= FORM then
    return redis.error_reply('NOTREADY the state is one of another version')
  end
  if meta[2] and (stated ~= '') ~= (meta[2] == '1') then
    return redis.error_reply('NOTVIRTUAL a time is given on a virtual desk, and only there')
  end
end

local function run(keys, args)
  begin(keys[1], args[2])
  read_meta()
  teams.recall()
  local refusal = refused(args[1], args[3])
  if refusal then
    return refusal
  end
  read_clock(args[3])
  local reply = scripts[args[1]](unpack_record(args[4]))
  agents.write()
  return reply
end

