"""Recorded two-sided dialogues, played through the running service by real clients.

Nothing here reaches into the service: every customer and every agent is a WebSocket client of its
own with a sign-in of its own, so that what the replay measures and verifies is what people get.

Who does what
: `wire` moves frames, `client` speaks the protocol on one connection, `session` stays connected
(outbox, resume, backoff), `screen` is a thread as a client shows it, `customer` and `agent` play
their sides of a `play`, `stage` runs them all, `verification` reads the evidence afterwards, `journal`
keeps what was acknowledged for others to compare with.

Decisions
: A turn is due when the screen of its speaker shows all turns before it, not when a counter in
memory says so: whoever holds the chat after a crash goes on at the right line without being told.
: The clients use asyncio protocols on the sans-I/O core of `websockets` instead of its asyncio
client, which costs several tasks a connection; a thousand customers wait on one core.
: Evidence is gathered while playing and judged by pure functions at the end, so that the judge can
be tested with logs in which something went wrong on purpose.
"""
