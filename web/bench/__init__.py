"""Benchmarks: what the service costs, measured by itself on a Redis of its own.

- `desks` fills a desk with those who wait and those who work, `decisions` measures single decisions inside
  Redis, `rates` what a second holds, `routing` runs both over all sizes and `report` shows them.

Decided, and what was rejected:

- *Redis' own word for a decision*: its slow log with a threshold of nothing has the microseconds that each
  FCALL took to execute, without queueing, parsing or the network. Rejected: TIME before and after in the
  scripts, which costs as much as a tenth of one; the caller's clock, which measures the caller.
- *Those who wait ask for a level that nobody has*, so that they go on waiting beside free agents.
- *The client of the rates is redis.asyncio*, the service's own, on 16 connections with one command on the way
  each. What a faster client would see stands beside it: the microseconds of Redis' one thread."""
