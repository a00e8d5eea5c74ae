"""What `serve` says once it is ready: where to go, and as whom."""

from rich.console import Console
from rich.table import Table

from web import demo
from web.settings import Settings


def welcome(settings: Settings) -> None:
    """Print the addresses to open, and a demo desk's logins, on standard output."""
    base = address(settings)
    places = {"Console": "/console", "Board": "/board"}
    if settings.demo:
        places = {"Start here": "/", "A shop with the widget": "/demo", **places}
    table = Table.grid(padding=(0, 2))
    for name, path in places.items():
        table.add_row(f"  {name}", base + path)
    console = Console(highlight=False, soft_wrap=True)
    console.print("[bold]Frontdesk is ready.[/] Ctrl-C ends it.")
    console.print(table)
    if settings.demo:
        console.print(logins(demo.read(settings.data)))


def address(settings: Settings) -> str:
    """Where a person on this machine finds us."""
    if settings.public_url:
        return settings.public_url
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)
    return f"http://{f'[{host}]' if ':' in host and not host.startswith('[') else host}:{settings.port}"


def logins(desk: demo.DemoDesk) -> Table:
    table = Table(box=None, padding=(0, 2), header_style="dim")
    for heading in ("sign in as", "email", "password"):
        table.add_column(heading)
    for login in desk.logins:
        table.add_row(f"{login.name}, {login.role}", login.email, login.password)
    return table
