"""What is true: conversations and their threads, tickets, people, assignments, queue visits, jobs.

SQL and columns live in this room and nowhere else. It is given values, never settings or a clock:
every act that notes a time takes it as `at`. One file is one noun; its functions take a transaction
of `database.Database` first. Nothing here knows Redis, sockets or HTTP.

Invariants
- A thread is a log: its `seq` runs 1, 2, 3 … without a gap, given by the conversation's row, which is
  locked while it numbers. `position` does the same over both threads. No entry is changed but to be
  blanked, none is deleted.
- A client id of an author in a conversation stands for one entry for ever; the same again gets the
  same answer, whatever has changed since.
- `entries.append` is the only writer of entries. Whoever changes a conversation takes its row first,
  several in ascending order of ids; the desk's row before all. So writers cannot deadlock, and what
  a decision rests on cannot change beneath it.
- Who holds a conversation is arbitrated here: `assignments.start` is conditional on the assignment
  epoch, a partial unique index allows one open assignment, and each change of hands, each end and
  each `raise_epoch` makes older claims unwritable.
- `version` rises with every change that a list shows; an ordinary message leaves it alone.
- What is committed is on disk (SQLite: synchronous=FULL; PostgreSQL: its default), and only what is
  committed is answered. A commit of unknown outcome is never repeated by itself.

Decisions, and what was rejected
- Core and plain SQL, not the ORM's session: on the message path the ORM managed 1,400 rows a second
  where this does 25,000. SQLModel declares the tables; rows come back as frozen structs.
- Group commit (`log.MessageLog`): whatever waits goes into the next transaction. A
  timer would cost latency at low load and gain nothing under load; in between, where many come but one
  at a time, it waits up to two milliseconds (`pace.py`). A queue a connection would commit row by row.
- One log writes one transaction at a time on both databases. Two at once on PostgreSQL would need the
  senders divided between them, for a third more speed that nothing asks for yet.
- SQLite has one writing connection and a few that only read: tasks wait for it in their order, instead
  of polling for the file's lock. BEGIN IMMEDIATE, because a reader that starts to write fails when
  somebody else wrote meanwhile. The message log uses that connection past the pool: to check it out and in
  took as long as four of its visits to the thread.
- SQLite's log is moved into its file by a pass beside the writers (`Database.checkpoint`), not by whichever
  commit finds it long: that one's senders waited for the disk twice more.
- On PostgreSQL the log writes a batch as one statement, a transaction of its own: one visit to the server,
  where begin, lock, look, insert, update and commit were six. It adds to the heads that it finds in the
  rows it locks, so that numbering stays pure and in one place (`numbering.py`). Rejected: numbering in
  PL/pgSQL, a second copy of the rules; numbering from heads remembered here, which two processes that
  write to the same chats would refuse each other.
- PostgreSQL plans each statement anew (`plan_cache_mode`), for a plan kept from when the log was empty
  would scan it for ever; but for the log's own, which may not scan and are planned once.
- READ COMMITTED with row locks, not SERIALIZABLE: everything contended hangs on one row, and retries of
  whole batches cost more than waiting for it.
- `entry` has no foreign key and every unique key of it contains `conversation_id`, by whose range it lies in
  parts on PostgreSQL (`partitions.py`): a UUIDv7 begins with its time, so that a part holds the conversations
  begun in a year, and a year that is over is written, vacuumed and copied no more. Rejected: by hash, which
  spreads all that is written over all parts for ever; by the line's time, which no key contains; by months or
  quarters, for the statement that writes a message opens and locks every part that there is.
- In SQLite its rows stand in the order in which they came, beside two indexes. Rejected: WITHOUT ROWID, where
  a thread is one stretch, and a line is read without a second look-up; but to put one between others there
  moved three pages and what points to them: at full load a message logged 3.4 pages, and logs 2.7.
- Search documents are written behind the messages, never with them (`search.py`).
- Lists page by the ticket's number, not by `updated_at`: an index on a column that each message
  changes would cost each message, and pages would shift while one reads.
- Rows are the state; this is not event-sourced.
"""
