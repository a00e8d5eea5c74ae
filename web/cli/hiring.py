"""`frontdesk staff`: accounts, from the command line of whoever runs the desk."""

import sys
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncConnection

from store.staff import Role, Staff
from web.cli import environment
from web.cli.environment import fail
from web.settings import Settings

Email = Annotated[str, typer.Argument(help="Mail address, which one signs in with.")]


def application() -> typer.Typer:
    """The commands below `staff`."""
    app = typer.Typer(help="Accounts of agents, supervisors and admins.", no_args_is_help=True)
    app.command("add")(add)
    app.command("list")(list_)
    app.command("disable")(disable)
    return app


def add(
    email: Email,
    name: Annotated[str, typer.Option(prompt=True, help="What customers and colleagues see.")],
    role: Annotated[Role, typer.Option(help="agent, supervisor or admin.")] = "agent",
    team: Annotated[list[str] | None, typer.Option(help="A team's name; may be repeated. None: all.")] = None,
    chats: Annotated[int, typer.Option(min=1, max=50, help="How many chats at once.")] = 3,
) -> None:
    """Make an account. The password is asked for, or read as one line from standard input."""
    settings = environment.settings(log_level="error")
    environment.run(_add(settings, email, name, role, team or [], chats, _password()))


def list_(
    everyone: Annotated[bool, typer.Option("--all", help="Those who were disabled, too.")] = False,
) -> None:
    """Who can sign in."""
    settings = environment.settings(log_level="error")
    environment.run(_list(settings, everyone=everyone))


def disable(email: Email) -> None:
    """Close an account: its sessions end at once, its chats go back in line. What it wrote stays."""
    settings = environment.settings(log_level="error")
    environment.run(_disable(settings, email))


def _password() -> str:
    from web.security.passwords import MAX_LENGTH, MIN_LENGTH

    if sys.stdin.isatty():
        password: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        password = sys.stdin.readline().rstrip("\n")
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        fail(f"A password has {MIN_LENGTH} to {MAX_LENGTH} characters.", status=2)
    return password


async def _add(
    settings: Settings, email: str, name: str, role: Role, wanted: list[str], chats: int, password: str
) -> None:
    from store import staff, teams
    from store.database import Database
    from web import mail
    from web.cli import preparing
    from web.security.passwords import Passwords

    try:
        mail.address(email)
    except ValueError:
        fail(f"{email} is not a mail address.", status=2)
    preparing.folder(settings.data)
    await preparing.migrated(settings)
    hashed = await Passwords().hash(password)

    async def work(tx: AsyncConnection) -> Staff:
        known = {team.name: team.id for team in await teams.list_all(tx)}
        for team in wanted:
            if team not in known:
                fail(f"There is no team {team}. There are: {', '.join(known) or 'none so far'}.", status=2)
        ids = [known[team] for team in wanted or known]
        return await staff.add(tx, email, name, hashed, role, ids, datetime.now(UTC), chats * 100)

    async with AsyncExitStack() as stack:
        database = await Database.open(settings.database)
        stack.push_async_callback(database.close)
        try:
            made = await database.transact(work)
        except staff.EmailTaken:
            fail(f"{email} has an account already.")
    typer.echo(f"{made.name} can sign in as {made.email}, {made.role}.")


async def _list(settings: Settings, *, everyone: bool) -> None:
    from rich.console import Console
    from rich.table import Table

    from store import staff, teams
    from store.database import Database

    database = await Database.open(settings.database)
    try:
        async with database.read() as tx:
            people = await staff.list_all(tx, disabled=everyone)
            names = {team.id: team.name for team in await teams.list_all(tx)}
    finally:
        await database.close()
    table = Table(box=None, padding=(0, 2), header_style="dim")
    for heading in ("email", "name", "role", "teams", "chats", ""):
        table.add_column(heading)
    for person in people:
        note = "disabled" if person.disabled_at else "demo" if person.demo else ""
        of = ", ".join(names[id] for id in person.team_ids)
        table.add_row(person.email, person.name, person.role, of, f"{person.capacity / 100:g}", note)
    Console(soft_wrap=True).print(table)


async def _disable(settings: Settings, email: str) -> None:
    from store import staff, staff_sessions
    from store.database import Database

    async def work(tx: AsyncConnection) -> Staff | None:
        at = datetime.now(UTC)
        found = await staff.by_email(tx, email)
        if found is not None:
            await staff.disable(tx, found.id, at)
            await staff_sessions.revoke_all(tx, found.id, at)
        return found

    database = await Database.open(settings.database)
    try:
        person = await database.transact(work)
    finally:
        await database.close()
    if person is None:
        fail(f"Nobody has the mail address {email}.")
    told = await _sign_out(settings, person.id)
    typer.echo(f"{person.name} can no longer sign in." + ("" if told else " No running desk had to be told."))


async def _sign_out(settings: Settings, staff_id: str) -> bool:
    """Close the sockets on every web process, by joining the desk for a moment; False where none runs."""
    from redis.exceptions import RedisError

    from web.app import create
    from web.redis_server import socket_path

    url = settings.redis_url or f"unix://{socket_path(settings.redis_folder)}"
    settings = settings.changed(redis_url=url, demo=False)
    app = create(settings)
    try:
        async with app.router.lifespan_context(app):
            await app.state.desk.sign_out(staff_id)
    except (RedisError, OSError):
        return False
    return True
