"""`frontdesk backup`: made, looked at, put back. Needs neither Redis nor a running desk."""

import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from web.cli import environment
from web.cli.environment import fail
from web.settings import Settings, shown

if TYPE_CHECKING:
    from store.database import Database
    from web.backups import Plan

Name = Annotated[str, typer.Argument(help="A backup's name, `latest`, or the path of its folder.")]
Yes = Annotated[bool, typer.Option("--yes", help="Replace the desk that is there.")]
WIDE = 200
"""Columns, where nobody's terminal says how many there are."""
TIMES = ["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"]


def application() -> typer.Typer:
    """The commands below `backup`."""
    app = typer.Typer(help="Backups: make, list, verify, restore, prune.", no_args_is_help=True)
    for command in (create, verify, restore, prune, settle):
        app.command()(command)
    app.command("list")(list_)
    return app


def create(
    look: Annotated[
        bool, typer.Option("--verify/--no-verify", help="Restore and compare it at once.")
    ] = True,
) -> None:
    """Make a backup, while the desk runs or not, and verify it."""
    _run(_create(_settings(), look=look))


def list_() -> None:
    """What is on the shelf, the oldest first."""
    _run(_list(_settings()))


def verify(name: Name = "latest") -> None:
    """Restore a backup into a scratch place and compare. Status 1 when anything is wrong."""
    _run(_verify(_settings(), name))


def restore(
    name: Name = "latest",
    until: Annotated[
        datetime | None,
        typer.Option(formats=TIMES, help="SQLite: only what was committed by then, UTC."),
    ] = None,
    yes: Yes = False,
) -> None:
    """Put a backup where the settings say that the desk is. The desk has to be stopped."""
    _run(_restore(_settings(), name, until, yes=yes))


def prune(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say which would go.")] = False,
) -> None:
    """Throw away what FRONTDESK_BACKUP_KEEP does not keep; never the last verified one."""
    _run(_prune(_settings(), really=not dry_run))


def settle() -> None:
    """After the database was restored by other means: migrate it, end sign-ins, have routing rebuilt."""
    _run(_settle(_settings()))


def _settings() -> Settings:
    return environment.settings(log_level="error")


def _run(work: Coroutine[Any, Any, None]) -> None:
    from store.backup.errors import BackupError

    try:
        environment.run(work)
    except BackupError as error:
        fail(str(error))


def _now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def _opened(settings: Settings) -> "AsyncIterator[tuple[Plan, Database]]":
    from store.database import Database
    from web import backups

    plan = backups.plan(settings)
    database = await Database.open(settings.database)
    try:
        yield plan, database
    finally:
        await database.close()


async def _create(settings: Settings, *, look: bool) -> None:
    from web import backups

    async with _opened(settings) as (plan, database):
        made = (await backups.make(plan, database, _now)).backup
        typer.echo(f"Made {made.folder}, {_size(made.manifest.size)}.")
        if look:
            await _looked_at(plan, database, made.name)


async def _verify(settings: Settings, name: str) -> None:
    async with _opened(settings) as (plan, database):
        await _looked_at(plan, database, name)


async def _looked_at(plan: "Plan", database: "Database", name: str) -> None:
    from web import backups

    backup = plan.shelf.find(name)
    found = await backups.verify(plan, database, backup, _now)
    if found.error:
        fail(f"{backup.name} is damaged: {found.error}")
    census = backup.manifest.census
    held = f"{census.tables.get('conversation', 0)} conversations, {census.tables.get('entry', 0)} entries"
    if found.restored:
        typer.echo(f"Verified {backup.name}: restored and compared, {held}.")
    else:
        typer.echo(f"{backup.name}: its hashes are right. To look inside, its key is needed.")


async def _list(settings: Settings) -> None:
    from rich.console import Console
    from rich.table import Table

    from store.backup.shelf import reach
    from web import backups

    shelf = backups.plan(settings).shelf
    table = Table(box=None, padding=(0, 2), header_style="dim")
    for heading in ("name", "made", "until", "size", "entries", "schema", "sealed", "verified"):
        table.add_column(heading, no_wrap=True)
    known = {one.name: one for one in shelf.backups()}
    for name in shelf.names():
        one = known.get(name)
        if one is None:
            table.add_row(name, "cannot be read")
            continue
        m, look = one.manifest, one.verification
        verified = "no" if look is None else look.error or f"{look.at:%Y-%m-%d %H:%M}"
        table.add_row(
            name,
            f"{m.made_at:%Y-%m-%d %H:%M:%S}",
            f"{reach(one):%Y-%m-%d %H:%M:%S}",
            _size(m.size),
            str(m.census.tables.get("entry", 0)),
            m.census.schema,
            "" if m.seal == "none" else m.seal,
            verified,
        )
    if not shelf.names():
        typer.echo(f"There is no backup in {shelf.folder.resolve()}.")
        return
    Console(soft_wrap=True, width=None if sys.stdout.isatty() else WIDE).print(table)


async def _restore(settings: Settings, name: str, until: datetime | None, *, yes: bool) -> None:
    from store.backup import restoring
    from store.backup.restoring import Goal
    from web import backups

    plan = backups.plan(settings)
    goal = Goal(url=plan.url, beside=plan.beside, replace=yes)
    aware = None if until is None else until.replace(tzinfo=UTC)
    backup = plan.shelf.latest(aware) if name == "latest" else plan.shelf.find(name)
    done = await restoring.restore(plan.shelf, backup, goal, plan.secrets, plan.scratch, _now, aware)
    async with _opened(settings) as (plan, database):
        await backups.note_shelf(plan, database)
    typer.echo(
        f"Restored {backup.name} into {shown(plan.url)}: all that was committed by {done.until:%F %T} UTC."
    )
    for path in done.kept:
        typer.echo(f"What was there before lies in {path}.")
    typer.echo(
        f"{done.sessions} sign-ins were ended: staff sign in again. Customers' links and tokens stay good."
    )
    typer.echo("Accounts that were closed since are open again: see `frontdesk staff list`.")


async def _prune(settings: Settings, *, really: bool) -> None:
    from web import backups

    async with _opened(settings) as (plan, database):
        gone = await backups.prune(plan, database, _now, really=really)
    for name in gone:
        typer.echo(f"{'Removed' if really else 'Would remove'} {name}.")
    if not gone:
        typer.echo("Every backup stays.")


async def _settle(settings: Settings) -> None:
    from store.backup import restoring

    ended = await restoring.settle(settings.database, _now())
    typer.echo(
        f"The database is up to date. {ended} sign-ins were ended; routing is rebuilt at the next start."
    )


def _size(count: int) -> str:
    size = float(count)
    for unit in ("B", "KiB", "MiB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} GiB"
