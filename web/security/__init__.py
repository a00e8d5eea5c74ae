"""Who may come in, and what a browser may do with what we send.

Invariants: ids alone open nothing (a signed token, a session or a signed status link does); every request
that changes something, and every WebSocket, comes from an allowed Origin; secrets are never stored or logged
in the clear. One function per kind of actor says who it is: `sessions.staff_of`, `tokens.Tokens.visitor_of`,
`tokens.Tokens.status_of`; what they may then do with a conversation is for `chat.access`.

Decided here: visitors hold signed tokens and no cookie, since third-party cookies are gone; staff hold an
opaque session whose hash is in the database, so that it can be revoked. Rejected: JWT for staff, because a
signed session cannot be called back.
"""
