-- Claims and offers that are open; the record is what the caller gets.

-- Numbers are taken by the lot; what is left of one is lost with the library, with a rebuild, since the count
-- and everybody's turns begin anew then, or when another desk calls.
local LOT = 100
local lot = { home = nil, next = 1, last = 0 }

local function next_seq()
  if lot.home ~= home or lot.next > lot.last then
    local last = call('HINCRBY', root, 'seq', LOT)
    lot.home, lot.next, lot.last = home, last - LOT + 1, last
  end
  lot.next = lot.next + 1
  return lot.next - 1
end

-- A UUIDv7 out of the time, the generation and a counter: unique without chance, ordered by time.
local function id_of(seq)
  local number = tonumber(generation)
  return string.format(
    '%08x-%04x-7%03x-%04x-%04x%08x', math.floor(now / 65536) % 4294967296, now % 65536, seq % 4096,
    32768 + number % 16384, math.floor(number / 16384) % 65536, math.floor(seq / 4096) % 4294967296
  )
end

function proposals.get(id)
  local raw = call('HGET', key('proposals'), id)
  return raw and unpack_record(raw)
end

local function save(proposal)
  local packed = pack(proposal)
  call('HSET', key('proposals'), proposal.id, packed)
  due.at(proposal.kind, proposal.id, proposal.expires_at_ms)
  return proposal, packed
end

local function make(conv, agent, kind, lasts, why)
  local seq = next_seq()
  local proposal = {
    id = id_of(seq), kind = kind, conversation_id = conv.id, episode = conv.episode, epoch = conv.epoch,
    staff_id = agent.id, team_id = conv.team, previous_staff_id = conv.staff, why = why,
    generation = tonumber(generation), made_at_ms = now, expires_at_ms = now + lasts,
  }
  why.load = agents.load(agent)
  agents.use(agent, conv, kind)
  if kind == 'claim' then
    agents.take_turn(agent, conv.team, seq)
  end
  agents.save(agent)
  conv.proposal = proposal.id
  convs.save(conv)
  return proposal
end

function proposals.claim(conv, agent, why)
  if convs.in_line(conv) then
    flow.hand_over(conv)
    queue.quit(conv)
    conv.origin = 'waiting'
  else
    conv.origin = conv.state == 'arriving' and 'waiting' or conv.state
  end
  conv.state = 'claimed'
  return save(make(conv, agent, 'claim', timing.claim, why))
end

function proposals.offer(conv, agent, why)
  queue.close(conv)
  conv.state = 'offered'
  return save(make(conv, agent, 'offer', teams.get(conv.team).offer_timeout_ms, why))
end

-- An offer becomes a claim with the same id.
function proposals.accept(offer, conv, agent)
  due.drop('offer', offer.id)
  flow.hand_over(conv)
  queue.quit(conv)
  conv.state, conv.origin = 'claimed', 'waiting'
  offer.kind, offer.epoch = 'claim', conv.epoch
  offer.made_at_ms, offer.expires_at_ms = now, now + timing.claim
  agents.use(agent, conv, 'claim')
  agents.take_turn(agent, conv.team, next_seq())
  agents.save(agent)
  convs.save(conv)
  save(offer)
end

function proposals.forget(proposal)
  call('HDEL', key('proposals'), proposal.id)
  due.drop(proposal.kind, proposal.id)
end

-- Ends it and gives the capacity back.
function proposals.drop(proposal)
  proposals.forget(proposal)
  agents.free(proposal.staff_id, proposal.conversation_id)
end

-- Declined, expired, or its agent is lost.
function proposals.turn_down(offer)
  local conv = convs.get(offer.conversation_id)
  proposals.drop(offer)
  queue.reopen(conv, offer.staff_id)
end

-- Those that matching made in this call; kept as they were packed, since most replies take them so.
function proposals.collect(_, packed)
  table.insert(this.packed, packed)
end

function proposals.collected()
  local made = {}
  for at, packed in ipairs(this.packed) do
    made[at] = unpack_record(packed)
  end
  return made
end
