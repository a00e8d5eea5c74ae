"""The demo desk's own pages: a welcome with its logins, and a made-up shop that has the widget."""

from starlette.requests import Request
from starlette.responses import Response

from store import staff
from web import demo
from web.edge import edge_of
from web.shell import plain


async def welcome(request: Request) -> Response:
    """GET /: where to go, and as whom. Passwords stand here since only this machine can reach a demo desk."""
    edge = edge_of(request)
    desk = demo.read(edge.settings.data)
    async with edge.database.read() as tx:
        people = await staff.list_all(tx)
    return plain(
        request,
        "welcome",
        with_widget=True,
        logins=desk.logins,
        abilities={person.email: _abilities(person) for person in people},
        site_key=desk.site_key,
        origin=edge.origins.own(request.scope),
    )


def _abilities(person: staff.Staff) -> str:
    """What routing knows of somebody, in a line."""
    spoken = [", ".join(person.languages)] if person.languages else []
    known = [f"{name}\N{NO-BREAK SPACE}{level}" for name, level in sorted(person.skills.items())]
    return " · ".join([*spoken, *([", ".join(known)] if known else [])])


async def shop(request: Request) -> Response:
    """GET /demo: the shop's front page."""
    return _shop_page(request, "shop")


async def shop_help(request: Request) -> Response:
    """GET /demo/help: another page of the shop, to see the chat come along."""
    return _shop_page(request, "shop_help")


def _shop_page(request: Request, template: str) -> Response:
    site_key = demo.read(edge_of(request).settings.data).site_key
    return plain(
        request,
        template,
        with_widget=True,
        site_key=site_key,
        here="help" if template == "shop_help" else "shop",
    )
