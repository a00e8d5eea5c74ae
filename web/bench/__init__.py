"""Benchmarks: what the service costs, measured by itself on a Redis of its own.

- `desks` fills a desk with those who wait and those who work, `decisions` measures single decisions inside
  Redis, `rates` what a second holds, `routing` runs both over all sizes and `report` shows them.
- `python -m web.bench` (`make bench`) measures the whole service: `parts` are what it can measure, `messages`
  the rates and times of each service in turn, `peers` starts those of others (their programs are in
  `programs/`, their packages in an environment of their own), `limits` has what we stand on. `ground` starts
  programs on the core of the server side, `load` speaks over `line`s from the other, `usage` asks the kernel
  what was spent; `seeds` says who is there. `connections`, `starting`, `pairing` and `boards` are what their
  names say, `layers` is the profile; `book` keeps it all, `goals` says what was to be reached
  and `tables` shows it.

Decided, and what was rejected:

- *Our own client*, which parses no JSON and no more of a frame than it must, since its one core is not to be
  the limit. Rejected: a load of several processes, which would share that core.
- *Closed and open*: the largest rate is found with so many messages on the way, as clients wait for each
  other; times are taken at a fixed rate, from when each message was due, so that a stall cannot hide.
- *Peers as their makers recommend*: uvicorn, one process a core; the ORM with Channels, since that is what
  its users write; durable settings for whoever inserts, since ours are. Rejected: better-sqlite3 for
  Socket.IO, whose binary is downloaded from elsewhere; so its insert goes into PostgreSQL.
- *Redis' own word for a decision*: its slow log with a threshold of nothing has the microseconds that each
  FCALL took to execute, without queueing, parsing or the network. Rejected: TIME before and after in the
  scripts, which costs as much as a tenth of one; the caller's clock, which measures the caller.
- *Those who wait ask for a level that nobody has*, so that they go on waiting beside free agents.
- *The client of the rates is redis.asyncio*, the service's own, on 16 connections with one command on the way
  each. What a faster client would see stands beside it: the microseconds of Redis' one thread."""
