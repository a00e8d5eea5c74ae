"""A desk to try out: teams, staff with random passwords, a site. Only on loopback, only when asked for.

`demo.json` in the data folder holds the logins and comes first: accounts are made from it, so that a second
start, or a new database, keeps the passwords that people have written down.
"""

import os
import secrets
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.clock import Clock
from store import desk, rules, sites, staff, staff_sessions, teams
from store.database import Database
from web.security.origins import LOOPBACK, is_loopback, of
from web.security.passwords import Passwords

FILE_NAME: Final = "demo.json"
SITE_KEY: Final = "demo"
ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without letters that look like others: somebody will type these by hand."""


class NotLoopback(ValueError):
    """Demo accounts were asked for on an address that other machines can reach."""


class Login(msgspec.Struct, frozen=True):
    """Who can sign in. `teams` are names."""

    name: str
    role: staff.Role
    email: str
    password: str
    teams: list[str]


class DemoDesk(msgspec.Struct, frozen=True):
    """What `demo.json` holds."""

    site_key: str
    logins: list[Login]


class _Person(msgspec.Struct, frozen=True):
    name: str
    role: staff.Role
    teams: list[str]
    languages: list[str] = []
    skills: dict[str, int] = {}


PEOPLE: Final = (
    _Person("Ada Okafor", "agent", ["Support", "Sales"], ["en", "fr"], {"billing": 3, "repairs": 2}),
    _Person("Ben Lindqvist", "agent", ["Support"], ["en", "de"], {"billing": 1, "repairs": 4}),
    _Person("Chloe Martin", "agent", ["Sales"], ["en", "fr"], {"fitting": 3}),
    _Person("Sam Rivera", "supervisor", []),
    _Person("Dana Kim", "admin", []),
)
RULES: Final = (
    rules.Rule("Asks from the help page", 2, [rules.Condition("page.url", "contains", "/demo/help")]),
)
GREETING: Final = "Thanks for writing to Harbour Bikes. Somebody joins you in a moment."
AWAY: Final = "Nobody is at the desk right now. Leave your message and we answer as soon as we are back."


def allow(host: str, public_url: str) -> None:
    """Raise `NotLoopback` unless only this machine can reach the desk, by its address and by its name."""
    name = of(public_url).partition("://")[2].rpartition(":")[0] or of(public_url).partition("://")[2]
    if not is_loopback(host) or (public_url and name not in LOOPBACK):
        raise NotLoopback(
            "A demo desk has known passwords on its page: it listens on a loopback address only."
        )


def read(folder: Path) -> DemoDesk:
    """Return the demo desk of a data folder. Raises `FileNotFoundError` where there is none."""
    return msgspec.json.decode((folder / FILE_NAME).read_bytes(), type=DemoDesk)


async def seed(database: Database, folder: Path, port: int, passwords: Passwords, clock: Clock) -> DemoDesk:
    """Make whatever of the demo desk is not there yet, and return its logins.

    Arguments: `folder`, the data folder; `port`, where its pages are, 0 while unknown. Idempotent, also where
    several processes start at once.
    """
    made = _publish(folder, DemoDesk(SITE_KEY, [_login(person) for person in PEOPLE]))
    demo = read(folder)
    async with database.read() as tx:
        missing = made or not await _complete(tx, demo)
    hashes = {login.email: await passwords.hash(login.password) for login in demo.logins} if missing else {}

    async def work(tx: AsyncConnection) -> None:
        await desk.lock_generation(tx)
        team_ids = {name: await _team(tx, name) for name in ("Support", "Sales")}
        for login in demo.logins:
            if login.email in hashes:
                await _account(tx, login, hashes[login.email], team_ids, clock, renew=made)
        await _site(tx, team_ids, port)

    await database.transact(work)
    return demo


def _login(person: _Person) -> Login:
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))
    email = f"{person.name.split()[0].lower()}@frontdesk.example"
    return Login(person.name, person.role, email, "-".join(groups), person.teams)


def _publish(folder: Path, demo: DemoDesk) -> bool:
    """Write demo.json, whole and for its owner only; False where there is one already, which stays."""
    path = folder / FILE_NAME
    if path.exists():
        return False
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{FILE_NAME}.{secrets.token_hex(8)}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(demo), indent=2) + b"\n")
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


async def _complete(tx: AsyncConnection, demo: DemoDesk) -> bool:
    """Whether every login has its account, so that nothing has to be hashed at this start."""
    for login in demo.logins:
        if await staff.by_email(tx, login.email) is None:
            return False
    return True


async def _team(tx: AsyncConnection, name: str) -> str:
    found = next((team for team in await teams.list_all(tx) if team.name == name), None)
    if found is None:
        assignment: teams.Assignment = "offered" if name == "Sales" else "automatic"
        found = await teams.add(tx, name=name, assignment=assignment)
    return found.id


async def _account(
    tx: AsyncConnection,
    login: Login,
    password_hash: str,
    team_ids: dict[str, str],
    clock: Clock,
    *,
    renew: bool,
) -> None:
    """`renew`: the passwords are new, since the file of the old ones is gone."""
    known = await staff.by_email(tx, login.email)
    at = clock.now()
    if known is None:
        wanted = [team_ids[name] for name in login.teams]
        made = await staff.add(tx, login.email, login.name, password_hash, login.role, wanted, at, demo=True)
        person = next((each for each in PEOPLE if each.name == login.name), None)
        if person is not None:
            await staff.set_abilities(tx, made.id, person.languages, person.skills)
    elif renew and known.demo:
        await staff.set_password(tx, known.id, password_hash)
        await staff_sessions.revoke_all(tx, known.id, at)


async def _site(tx: AsyncConnection, team_ids: dict[str, str], port: int) -> None:
    """The shop's site with the rule of who comes first, and in any case the origins of this start's port."""
    here = [f"http://{host}:{port}" for host in sorted(LOOPBACK)] if port else []
    known = await sites.by_key(tx, SITE_KEY)
    if known is None:
        await sites.add(
            tx,
            SITE_KEY,
            "Harbour Bikes",
            here,
            secrets.token_urlsafe(32),
            team_ids["Support"],
            color="#0f5c5c",
            topics=[
                sites.Topic("support", "A bike that I have", team_ids["Support"]),
                sites.Topic("sales", "Buying a bike", team_ids["Sales"]),
                sites.Topic("billing", "An invoice or a refund", team_ids["Support"], {"billing": 2}),
            ],
            greeting=GREETING,
            away_notice=AWAY,
        )
        await rules.write(tx, RULES)
    elif set(here) - set(known.origins):
        await sites.change(tx, known.id, origins=sorted({*known.origins, *here}))
