"""uvicorn's HTTP protocol, which lets go of itself when its connection becomes a WebSocket."""

from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class HttpProtocol(HttpToolsProtocol):
    """The parser and its protocol hold each other: without this each WebSocket leaves a ring for the garbage
    collector, some kilobytes until it next looks at everything."""

    def handle_websocket_upgrade(self) -> None:
        super().handle_websocket_upgrade()
        self.parser = cast(Any, None)
