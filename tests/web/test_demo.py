"""The demo desk."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.clock import Clock
from store import rules, sites, staff, teams
from store.database import Database
from store.migrate import migrate
from web import app, demo
from web.security.passwords import Passwords
from web.settings import Settings


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    await migrate(database_url)
    opened = await Database.open(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    made = Passwords()
    yield made
    made.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


async def seed(database: Database, folder: Path, passwords: Passwords, port: int = 8000) -> demo.DemoDesk:
    return await demo.seed(database, folder, port, passwords, Clock())


async def test_a_demo_desk_has_teams_people_and_a_site(
    database: Database, folder: Path, passwords: Passwords
) -> None:
    """Two teams, one of each kind; three agents, a supervisor, an admin; one site on loopback."""
    made = await seed(database, folder, passwords)
    async with database.read() as tx:
        kinds = {team.name: team.assignment for team in await teams.list_all(tx)}
        people = await staff.list_all(tx)
        site = await sites.by_key(tx, made.site_key)
        stored = await staff.password_hash(tx, people[0].id)
    assert kinds == {"Support": "automatic", "Sales": "offered"}
    assert sorted(person.role for person in people) == ["admin", "agent", "agent", "agent", "supervisor"]
    assert all(person.demo for person in people)
    assert site is not None
    assert site.origins == ["http://127.0.0.1:8000", "http://[::1]:8000", "http://localhost:8000"]
    login = next(login for login in made.logins if login.email == people[0].email)
    assert await passwords.verify(stored, login.password)


async def test_a_demo_desk_shows_routing_at_work(
    database: Database, folder: Path, passwords: Passwords
) -> None:
    """A topic asks for a skill that one agent has enough of; languages differ; a rule stands."""
    await seed(database, folder, passwords)
    async with database.read() as tx:
        people = {person.name.split()[0]: person for person in await staff.list_all(tx)}
        site = await sites.by_key(tx, demo.SITE_KEY)
        assert len(await rules.read(tx)) == 1
    assert site is not None
    asked = next(topic.skills for topic in site.topics if topic.key == "billing")
    able = [name for name, person in people.items() if person.skills.get("billing", 0) >= asked["billing"]]
    assert able == ["Ada"]
    assert people["Ada"].languages == ["en", "fr"]
    assert people["Ben"].languages == ["en", "de"]


async def test_passwords_are_random_and_for_the_owner_only(
    database: Database, folder: Path, passwords: Passwords
) -> None:
    """No two alike, in a file that others cannot read."""
    made = await seed(database, folder, passwords)
    assert len({login.password for login in made.logins}) == 5
    assert (folder / "demo.json").stat().st_mode & 0o777 == 0o600
    assert demo.read(folder) == made


async def test_a_second_start_changes_nothing(database: Database, folder: Path, passwords: Passwords) -> None:
    """But for the origins, when the port is another."""
    first = await seed(database, folder, passwords)
    assert await seed(database, folder, passwords, port=9000) == first
    async with database.read() as tx:
        assert len(await staff.list_all(tx)) == 5
        assert len(await teams.list_all(tx)) == 2
        site = await sites.by_key(tx, first.site_key)
    assert site is not None
    assert {"http://127.0.0.1:8000", "http://127.0.0.1:9000"} <= set(site.origins)


async def test_what_an_admin_disabled_stays_so(
    database: Database, folder: Path, passwords: Passwords
) -> None:
    """A start is no way around a decision."""
    made = await seed(database, folder, passwords)
    at = Clock().now()

    async def work(tx: AsyncConnection) -> None:
        person = await staff.by_email(tx, made.logins[0].email)
        assert person is not None
        await staff.disable(tx, person.id, at)

    await database.transact(work)
    await seed(database, folder, passwords)
    async with database.read() as tx:
        person = await staff.by_email(tx, made.logins[0].email)
    assert person is not None
    assert person.disabled_at == at


async def test_a_lost_file_means_new_passwords(
    database: Database, folder: Path, passwords: Passwords
) -> None:
    """The old ones are known to nobody we know of, so they open nothing."""
    first = await seed(database, folder, passwords)
    (folder / "demo.json").unlink()
    second = await seed(database, folder, passwords)
    async with database.read() as tx:
        person = await staff.by_email(tx, first.logins[0].email)
        assert person is not None
        stored = await staff.password_hash(tx, person.id)
    assert await passwords.verify(stored, second.logins[0].password)
    assert not await passwords.verify(stored, first.logins[0].password)


async def test_starts_at_once_make_one_desk(database: Database, folder: Path, passwords: Passwords) -> None:
    """Two web processes of one machine."""
    made = await asyncio.gather(*(seed(database, folder, passwords) for _ in range(3)))
    assert made[0] == made[1] == made[2]
    async with database.read() as tx:
        assert len(await staff.list_all(tx)) == 5
        assert len(await teams.list_all(tx)) == 2


@pytest.mark.parametrize(
    ("host", "public_url"),
    [("0.0.0.0", ""), ("192.0.2.1", ""), ("127.0.0.1", "https://desk.example"), ("::", "http://localhost")],
)
def test_a_demo_is_refused_where_others_can_reach_it(tmp_path: Path, host: str, public_url: str) -> None:
    """By its address, or by the name under which a proxy shows it."""
    settings = Settings(host=host, public_url=public_url, data=tmp_path, demo=True)
    with pytest.raises(demo.NotLoopback):
        app.create(settings)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("public_url", ["", "http://localhost:8000", "http://[::1]:8000", "http://127.0.0.1"])
def test_a_demo_is_allowed_on_loopback(public_url: str) -> None:
    """By any of its names."""
    demo.allow("127.0.0.1", public_url)
