"""The simulation: the real routing scripts in a real Redis, on a virtual clock, beside queueing theory.

What it shows: that the router is work-conserving and first come, first served; that what it tells customers
of their wait comes true; how many agents a desk needs. Only arrivals, lengths of chats and patience are
drawn; who gets whom is decided by the scripts in `routing/lua`, unchanged.

- `theory` has the exact values, `model` what is drawn, `drive` takes it through the scripts, `reference`
  through a plain queue, `figures` makes estimates and intervals, `cases` names what is judged.

Invariants:

- Times are whole milliseconds of the virtual clock, and no event is sent before all earlier ones are known.
- The k-th chat that begins lasts the k-th drawn length, whoever's it is. Lengths are independent of all else,
  so nothing is changed by it, and the driver knows a bound on the next end before it has the replies: a dozen
  events go out at a time.
- A claim is confirmed at the time of the last event of its batch: as a database would, a little later.

Decided, and what was rejected:

- *Two intervals beside each other.* The plain one by batch means, and one with the reference queue as control
  variate: it meets the same customers, and its mean is known exactly. A mean wait at a load of 0.95 needs
  14 million customers for a plain simultaneous interval of 5 %, an hour of Redis' time; the difference to the
  reference is known far better after 150,000. A half-width of 0 there means that no customer fared otherwise
  than in the reference queue. Rejected: starting from the stationary distribution many times, which puts the
  answer in; and one of the two intervals alone: the plain one is wide, the other takes theory's word that the
  plain queue has the exact mean.
- *Renewing leases in virtual time*: leases outlast the run instead, since presence is not what is measured.
- *A connection of its own.* The router's asyncio client takes longer than the scripts; the functions and
  scripts called are the same (`wire`)."""
