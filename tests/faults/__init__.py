"""The fault bench: every fault that the service promises to survive, brought about, and judged.

A *row* is one fault of the table. It runs against a *ground*, the service in processes of its own
(two web processes, a worker, Redis, a database), with a *crowd* of real clients that keep an outbox and
resume. Every client writes a *journal*; at the end the journals, a dump of SQL and Redis and the
server's own log are the evidence from which pure functions decide the thirteen invariants.

`make faults` runs the table on both databases, `make soak` plays chats with random faults for a time and
a seed, and the tests here run a short form of the rows.

Decisions
: The service holds no hooks. Where a process has to die at a certain line, an entry script of ours starts
it with that function wrapped (`failpoints`).
: The clients are the replay's (`web.replay`), so what is tested is what people use to measure.
: One monotonic clock: all clients read CLOCK_MONOTONIC, which Linux shares between processes, and SQL's
times are brought to it once, at the end.
: What a client never learnt may have happened or not; then it is the same for everybody, which the
gapless threads show.
"""
