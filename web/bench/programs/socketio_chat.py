"""A chat as the documentation of python-socketio makes it, with its Redis manager. Served by uvicorn.

With DATABASE each message is a row, committed by aiosqlite before it is told.
"""

import os

import aiosqlite
import socketio

DATABASE = os.environ.get("DATABASE", "")
INSERT = "INSERT INTO message (chat, body) VALUES (?, ?)"

manager = socketio.AsyncRedisManager(os.environ["REDIS_URL"])
server = socketio.AsyncServer(async_mode="asgi", client_manager=manager)
kept: list[aiosqlite.Connection] = []


async def opened() -> None:
    if DATABASE:
        connection = await aiosqlite.connect(DATABASE)
        await connection.execute("PRAGMA journal_mode=WAL")
        await connection.execute("PRAGMA synchronous=FULL")
        await connection.execute("CREATE TABLE message (id INTEGER PRIMARY KEY, chat TEXT, body TEXT)")
        await connection.execute("CREATE INDEX message_chat ON message (chat)")
        kept.append(connection)


async def closed() -> None:
    for connection in kept:
        await connection.close()


@server.event
async def connect(sid, environ, auth):
    await server.enter_room(sid, auth["chat"])
    await server.save_session(sid, {"chat": auth["chat"]})


@server.event
async def message(sid, data):
    chat = (await server.get_session(sid))["chat"]
    for connection in kept:
        await connection.execute(INSERT, (chat, data["body"]))
        await connection.commit()
    await server.emit("message", data, room=chat, skip_sid=sid)
    return data["id"]


app = socketio.ASGIApp(server, on_startup=opened, on_shutdown=closed)
