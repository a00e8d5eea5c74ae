"""Routing decides who gets whom, and by when.

All live state is in Redis, changed only by the scripts in `lua/`, one file a script, which stand there as
one library of functions (`scripts`); here are the Python calls for them, a file a noun. This room knows
ids, numbers and times. It never sees a text, a socket or a table, and nothing in it is durable truth: what
Redis loses is built anew from the database (`rebuild.load`).

How a caller works with it. Each call that frees or adds something also matches, in the same script, and
returns the proposals. A *claim* wants a write to the database, conditional on its epoch and generation, and
then `claims.confirm`, or `claims.void` where the write was refused. An *offer* wants the agent's answer.
One loop a process renews leases (`leases.renew`, every 4 s, for all its connections at once) and one sweeps
(`sweeps.sweep`, when the next thing is due, at least every second). `NotReady` means: take the database's
lock on the generation, see what is `rebuild.active`, then adopt it or raise the generation and load.

Keys. One root key a desk, `{prefix}:routing`, names the active generation; all else stands below
`{prefix}:routing:<generation>:`, in the same Cluster slot. The whole list is in `lua/prelude/keys.lua`; these
make the decisions cheap:

- `rank:<team>`: all in line, by priority, first time, id. A place in line is one ZRANK.
- `line:<team>:<signature>`: what may be matched now, in the same order; a signature is the weight, who is
  skipped and what is asked for, so that all in one line can be had by the same agents and only its first is
  ever looked at. The team is no part of it: what one signature says is read once for all teams.
- `heads:<team>`: the lines of a team by their first.
- `free:<team>:<weight>`: agents with room, in the order of the team's strategy; a choice is the first of it
  who is also in `able:<team>:<skill>` and `speakers:<team>:<language>` of all that is asked for.
- `relaxing:<team>`: who still insists on language and skills, by when they came.
- `settling:<team>`: who may overflow to another team, by when they came.
- `due` and `vigil`: all that is to happen by itself, by time; apart, since of each who waits there is one in
  the latter, and a claim's in the former comes and goes with every pair.

A conversation's states, and what binds capacity (a slot of the agent's record):

    waiting ──claim──▶ claimed ──confirm──▶ assigned ──end──▶ (none, maybe a wrap-up)
       │ ▲                │ void: back to where it was           │
       │ └────────────────┤                                      │ take by force
       ├──offer─▶ offered ┘ accept                               ▼
       │ ▲            │                                       claimed, still held by the former agent
       │ └────────────┘ decline, expire, agent lost              until confirmed
       └── enter with a higher episode: from any state, freed first, at its first time

Invariants, each held after every script (tests/routing/machine.py):

- One slot a conversation and agent, as its state says; a load is the sum of the slots, never counted apart.
- No load above capacity or the team's cap, claims, offers and wrap-ups counted. A lowered capacity ends
  nothing.
- No available, present agent with room beside a waiting, present customer whom they may have, but for
  `ask_again_ms` after they declined.
- First come, first served within a priority, decliners aside.
- An offer ends once: accepted, declined, expired or withdrawn.
- A place, once had, is kept through offers, claims, losses and rebuilds.
- A claim never ends by itself: only its writer, or who holds the row's lock, knows whether it was written.

Decided, and what was rejected:

- *A library of functions*, loaded once, not a script a file with a prelude of what they share: Redis
  executes the whole prelude, 60 kB of definitions, at each EVALSHA, which took longer (18 µs) than most
  decisions; giving each script only the parts that it needs helps little, since whoever matches needs
  nearly all. The library's name is its own hash, so the versions of a rolling deployment stand beside each
  other; a server that has not met one says so, and gets it: after a wipe of its functions, a failover, a
  move of the slot. One that no version calls any more takes some 100 kB until FUNCTION DELETE.
- *A state of another run counts as none.* Each call compares the server's run id with the one that the
  state was built on. The library remembers the former, since a server that starts reads its libraries anew.
  Rejected: comparing only where a server had forgotten the scripts (a library is kept with the data and
  reaches replicas), or by a timer (a second of stale decisions).
- *Generations stand beside each other* and one write flips. Rejected: clearing and refilling in place,
  which a process that dies halfway leaves half full.
- *Slots, not counters.* Counters are faster and drift.
- *Skipping is in the signature.* Rejected: passing over entries while walking down one line, which scans
  it.
- *One free set a team and weight, and sets of who can do what.* A choice walks the free in their order, by
  the dozen, until twenty can do all that is asked for; where no more than some dozens have one of the
  things asked for, it looks at these. Both end long before all agents are seen, but where many are free and
  many able and hardly anybody is both; `most_skilled` looks at all who have the rarest skill. Rejected: a
  free set for each combination that is asked for, whose first is the choice: a saved agent is written into
  dozens of sets, the first customer who asks for something new waits for a walk over the team (2.4 ms with
  100 agents in it), and what nobody asks for any more has to be found and dropped (55 ms).
- *A range that learns from what it missed.* What is told of a wait is judged when the wait is over, and its
  limits move until four of five hold (`lua/prelude/flow.lua`). So the share holds by construction: with
  priorities, overlapping skills, customers who leave, however long chats last. Rejected: a model of all that,
  since no desk is like it; one pace a team, which is wrong for who asks for something; and the last known
  waits instead of paces and places, which lag behind.
- *Overflow is told, not done*: the team of a conversation stands in the database, so the caller writes it
  there and enters it anew, at its first time. It may still be matched where it is until then.
- *A set a team and one due thing*, for relaxing and overflow, not a due thing an entry: a changed setting
  applies at once to all who wait, without a walk over them.
- *A language that nobody at work in the team speaks is not asked for*: who speaks it may be away for days. A
  skill is, until the team's time to relax has passed, since the wrong expert is worse than a wait.
- *Who declined is skipped while somebody else is free, then asked again after a moment.* Rejected: waiting
  for busy colleagues, which leaves a customer beside a free agent; and asking again at once, which a client
  that declines by itself turns into a storm.
- *The entry first, then the agent.* Whoever frees capacity, the first in line is served and the team's
  strategy chooses for it. Rejected: the freed agent takes their first, which bends the strategy.
- *Grace after a standstill.* Where nobody swept for 10 s nobody could renew, so everybody gets a full
  lease.
- *A slot on its way is away.* While a Cluster moves a slot key by key, half of the state is here and half
  there; each call names a second key that never exists, so that Redis answers TRYAGAIN rather than run it
  (`keys`). The new owner is another server: the state counts as none, and is built anew.
- *No script is repeated by itself* after a broken connection: its outcome is unknown, the sweeps mend it.
- *Little is kept in the library, and little is left behind by a call*: Lua's collector goes through all of it
  again and again (the server nudges it, so that it never rests), and as soon as that does not fit into a
  processor's cache, it costs a pair more than the commands that it gives. So what an agent is able to do
  stands in their record as a text, which a pair does not read. Rejected: keeping agents' records unpacked
  from call to call, which saves a tenth of the instructions and takes as long; and telling the collector to
  be lazier, which gains nothing, as what is freed late has left the cache by then.
- *Packed records in a few hashes*, not a key a thing: a generation is deleted without a scan."""
