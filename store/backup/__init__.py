"""Backups: what was acknowledged, kept where it can be had again, and shown to be there.

A backup is a folder on the shelf (`FRONTDESK_BACKUP_FOLDER`), named by its time:

    20261103T030000Z-1f0c/
        manifest.json      sizes, hashes, rows a table, schema, times; never sealed, so that it can be listed
        database.sqlite    or database.dump (pg_dump's custom format)
        heads.jsonl        [conversation, public head, staff head], a line each
        files.tar          attachments, where there are any
        secret             what signs visitors' tokens and status links, where it lies with the data
        key.age            only with a passphrase: the key of this backup, sealed with it
        wal/               SQLite: what was committed since, a piece every few seconds
        verified.json      the last verification, and what it found

With a seal every part but the manifest ends in `.age`, and `age` itself can open it.

Invariants
- A backup is written under a name that nothing lists, synced, and renamed: half of one never looks like one.
- The census (rows, heads) is taken of the copy itself or in the very snapshot that pg_dump reads, so that a
  verification compares like with like, however fast the desk writes meanwhile.
- Nothing is sealed before it was restored once and found whole: who holds only the public key cannot look
  again later.
- A restore builds and checks the new database apart, and puts it in place last.
- What a restored desk must not trust is ended in it: sessions (a revocation may be lost), and Redis, by a
  generation far beyond any that Redis can hold (`settling.py`).

Decisions, and what was rejected
- SQLite is copied by its backup interface in one step, inside the read transaction that stands at a known
  place of the write-ahead log; so the same copy is the backup and the base of what is shipped after it.
  `VACUUM INTO` numbers pages anew, so that no frame of the log would fit its copy; a stepped backup starts
  over at every write.
- Between backups the committed frames of the log are copied (`shipping.py`), and SQLite's own recovery puts
  them back: it checks salts and checksums, in C, and no code of ours writes a page. A little often: a piece
  of ten busy seconds, a hundred megabytes, kept the disk from the next commits for 60 ms when it was synced.
- PostgreSQL is dumped by pg_dump within an exported snapshot and restored by psql in one transaction. Its
  continuous archive is PostgreSQL's own (README): nothing of ours could be better.
- age (pyrage: MIT, one wheel a platform, streams in 12 MiB at 900 MiB/s) and not OpenSSL or GnuPG: one way
  to seal, small keys, nothing to configure, and a well-known tool opens it without us. A passphrase seals
  a key made for each backup, since age seals with a passphrase only what fits in memory.
- Manifests are not signed: hashes find damage, not somebody who may write to the shelf. Sealed parts cannot
  be changed unseen, but could be replaced by others sealed to the same key.
"""
