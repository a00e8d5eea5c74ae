"""A whole desk in the test's own loop: the real app, real sockets, a real Redis, a real database."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import msgspec
from starlette.applications import Starlette

from store.migrate import migrate
from tests.clients import Listener
from web import app, demo
from web.edge import Edge
from web.server import Server, configured
from web.settings import Settings

SCREENS = ("panel", "console", "board", "setup", "signin", "status")


class RunningDesk:
    """`url` is where it answers; `static` the folder of its front-ends."""

    def __init__(self, settings: Settings, application: Starlette, port: int, static: Path) -> None:
        self.settings = settings
        self.url = f"http://127.0.0.1:{port}"
        self.static = static
        self._application = application

    @property
    def edge(self) -> Edge:
        """The desk's own resources, to arrange what a test needs."""
        edge: Edge = self._application.state.edge
        return edge

    def login(self, role: str, index: int = 0) -> demo.Login:
        """A demo login of that role."""
        found = [login for login in demo.read(self.settings.data).logins if login.role == role]
        return found[index]

    def browser(self, **headers: str) -> httpx2.AsyncClient:
        """A client with its own cookies that speaks as one of our pages does."""
        return httpx2.AsyncClient(base_url=self.url, headers={"origin": self.url, **headers}, trust_env=False)

    @asynccontextmanager
    async def signed_in(self, role: str, index: int = 0) -> AsyncIterator[httpx2.AsyncClient]:
        """A browser that has signed in with a demo login."""
        login = self.login(role, index)
        async with self.browser() as browser:
            credentials = {"email": login.email, "password": login.password}
            answer = await browser.post("/api/session", json=credentials)
            assert answer.status_code == 201, answer.text
            yield browser

    async def visitor(self) -> str:
        """A new visitor's token."""
        async with self.browser() as browser:
            answer = await browser.post("/api/visitors", json={"site": demo.SITE_KEY})
            assert answer.status_code == 201, answer.text
            token: str = answer.json()["token"]
            return token

    async def socket(self, path: str, cookie: str = "", origin: str | None = "") -> Listener:
        """A connected WebSocket client; `origin` empty means our own."""
        listener = Listener()
        await listener.open(
            self.url.replace("http", "ws") + path, origin=self.url if origin == "" else origin, cookie=cookie
        )
        return listener

    async def customer(self, body: str, *, leave: bool = False) -> tuple[Listener, str]:
        """A visitor who has written a first message; the client and the conversation's id."""
        listener = await self.socket("/ws/visitor")
        await listener.visit(demo.SITE_KEY, await self.visitor())
        acked = await listener.start(body, leave=leave)
        return listener, acked.conversation_id


def built(folder: Path) -> Path:
    """A folder like that of built front-ends, with a file for each screen."""
    folder.mkdir(parents=True)
    manifest = {}
    for name in SCREENS:
        manifest[name] = {"js": f"{name}-ABCDEFGH.js", "css": f"{name}-ABCDEFGH.css"}
    manifest["widget"] = {"js": "widget-ABCDEFGH.js"}
    for files in manifest.values():
        for file in files.values():
            (folder / file).write_text(f"/* {file} */")
    (folder / "manifest.json").write_bytes(msgspec.json.encode(manifest))
    return folder


@asynccontextmanager
async def running(settings: Settings, static: Path) -> AsyncIterator[RunningDesk]:
    """Serve a desk on a free port for the length of the block."""
    await migrate(settings.database)
    application = app.create(settings, static)
    server = Server(configured(application, settings.host, 0), lambda: app.drain(application))
    serving = asyncio.create_task(server.serve())
    ready = asyncio.create_task(server.ready.wait())
    await asyncio.wait({serving, ready}, return_when=asyncio.FIRST_COMPLETED)
    ready.cancel()
    if serving.done():
        await serving
    try:
        yield RunningDesk(settings, application, server.port, static)
    finally:
        server.should_exit = True
        await serving
