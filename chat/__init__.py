"""The live conversation: wire, connections, delivery, presence, and what happens when a chat opens,
is assigned, moves on and ends. This room makes routing and store agree.

Invariants
- Only committed messages are acknowledged, and only committed messages are delivered.
- A client advances in a thread by one; whatever does not fit is read from the database (`feeds`).
- SQL before Redis where people act (ending, transfer, requeue, loss), and Redis before SQL where an
  agent's capacity is claimed (`matching`): there the claim is written conditionally on the epoch, and
  nobody hears of it before the commit.
- Whatever Redis should have been told and was not is found by the sweep, the rebuild or the
  reconciliation (`sweeping`, `rebuilding`); no act has to be repeated by a person.
- Nothing on the message path (`sessions.intake`, `sending`, `announce.appended`) loops over all
  connections, agents or chats, starts a task, or waits.

Where to look: an act is a file (`opening`, `joining`, `endings`, `queueing`, `transfers`, `offering`,
`rating`, `availability`); who may is `access`; who is told is `announce`; a client's commands are in
`sessions`; loops are in `loops`, each calling one pass that tests call too.

Decided
- Sockets are written synchronously and frames are taken synchronously (`connection.Socket`): no
  writer task, no queue, no receive loop a connection. Rejected: a queue and a task for each, which
  cost half of the message path and of the memory, and hide a slow reader.
- The bus publishes only where another process listens, learnt from the receivers that SPUBLISH
  answers. Rejected: Streams, since the database holds the history; plain pub/sub, which in a Cluster goes
  to every node, and counts only the receivers of one; a channel a process, with a registry of who holds
  what: it saves the sender its own copy, which is skipped unread, and has to be right whatever dies.
- Typing, seen and places in line are not stored as messages and may be lost.
"""
