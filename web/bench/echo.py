"""The limit of sockets: uvicorn and websockets as we run them, saying back what they hear, without our code.

`python -m web.bench.echo PORT` is the server.
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from web.bench.ground import Ground, free_port
from web.bench.line import Line
from web.bench.load import End, Load
from web.bench.usage import Part

MESSAGE = b'{"type":"message","body":"%b"}'


@asynccontextmanager
async def served(ground: Ground) -> AsyncIterator[tuple[int, Part]]:
    """The port and the process of such a server."""
    port = free_port()
    async with ground.program([sys.executable, "-m", "web.bench.echo", str(port)], port, {}) as process:
        yield port, Part("echo", process.pid)


async def connections(port: int, part: Part, count: int) -> Load:
    """So many connections, each of which talks to itself: a message is one round trip."""
    lines = [await Line.connect(port, "/") for _ in range(count)]
    ends = [End(line, lambda number, body: MESSAGE % body, MESSAGE[:17]) for line in lines]
    return Load([(end, end) for end in ends], [part])


def main(port: int) -> None:
    """Serve until a signal."""
    import uvicorn
    import uvloop
    from starlette.types import Receive, Scope, Send

    from web.server import configured

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        if scope["type"] == "lifespan":
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            await send({"type": "websocket.send", "text": message["text"]})

    config = configured(app, "127.0.0.1", port)
    # uvicorn's own, without what ours adds to it.
    config.ws = "websockets-sansio"
    uvloop.run(uvicorn.Server(config).serve())


if __name__ == "__main__":
    main(int(sys.argv[1]))
