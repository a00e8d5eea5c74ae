"""The edge and the composition root: HTTP, WebSockets, settings, command line, worker, front-ends.

Invariants: this room alone reads the environment (`web/settings.py`), knows status codes and cookies, and
builds the resources (database, Redis, hub) that it passes down. Nobody imports it.

Decided here: one process serves all by default, with a real Redis-compatible server as its child on a Unix
socket; a database file and a folder of mail need nothing installed. Rejected: an in-process imitation of
Redis, since routing is Lua and must run on what production runs on.
"""
