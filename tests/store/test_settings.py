"""What routing needs to know of teams, staff and conversations is kept."""

from datetime import timedelta

from store import conversations, staff, teams, visits
from store.conversations import New
from tests.store.seeds import START, Seeded, later


async def test_a_team_keeps_how_its_queue_is_handed_out(desk: Seeded) -> None:
    """Every setting comes back as it was set, and a new team has the defaults."""
    hours = {"mon": [["09:00", "12:00"], ["13:00", "17:30"]]}
    async with desk.database.begin() as tx:
        made = await teams.add(tx, name="Law")
        assert (await teams.get(tx, made.id)) == made
        changed = await teams.change(
            tx,
            made.id,
            strategy="most_skilled",
            relax_seconds=None,
            overflow_team_id=desk.team.id,
            overflow_seconds=90,
            queue_max=20,
            paused=True,
            sticky=False,
            hours=hours,
            time_zone="Europe/Zurich",
            holidays=["2026-12-25"],
        )
    assert changed is not None
    assert (changed.hours, changed.time_zone, changed.holidays) == (hours, "Europe/Zurich", ["2026-12-25"])
    assert (changed.relax_seconds, changed.overflow_seconds, changed.queue_max) == (None, 90, 20)
    assert (changed.paused, changed.sticky, changed.overflow_team_id) == (True, False, desk.team.id)


async def test_staff_keep_languages_and_skills(desk: Seeded) -> None:
    """None at first."""
    assert (desk.ada.languages, desk.ada.skills) == ([], {})
    async with desk.database.begin() as tx:
        await staff.set_abilities(tx, desk.ada.id, ["fr", "de"], {"tax": 3})
        found = await staff.get(tx, desk.ada.id)
    assert found is not None
    assert (found.languages, found.skills) == (["fr", "de"], {"tax": 3})


async def test_a_conversation_keeps_what_it_asks_for(desk: Seeded) -> None:
    """Through to a rebuild, which reads everything that waits."""
    new = New(
        site_id=desk.site.id,
        customer_id=desk.customer.id,
        team_id=desk.team.id,
        client_id="x",
        subject="Tax",
        language="fr",
        skills={"tax": 2},
    )
    async with desk.database.begin() as tx:
        await conversations.open(tx, new, START)
        (found,) = await conversations.waiting(tx)
    assert (found.language, found.skills) == ("fr", {"tax": 2})


async def test_a_visit_knows_where_its_conversation_has_been_since_it_first_asked(desk: Seeded) -> None:
    """Teams of an earlier wait do not count."""
    row = await desk.conversation()
    async with desk.database.begin() as tx:
        await visits.enter(tx, row.id, desk.team.id, 1, START, START)
        assert await visits.been(tx) == {}
        await visits.enter(tx, row.id, desk.other_team.id, 1, START, later(60))
        assert await visits.been(tx, [row.id]) == {row.id: [desk.team.id]}
        await visits.enter(tx, row.id, desk.team.id, 1, later(90), later(90))
        assert await visits.been(tx) == {}


async def test_the_front_of_a_priority_is_who_first_asked(desk: Seeded) -> None:
    """Of that team and priority, and only while waiting."""
    async with desk.database.begin() as tx:
        assert await visits.front(tx, desk.team.id, 1) is None
    for seconds, priority in ((50, 1), (20, 1), (10, 2)):
        row = await desk.conversation()
        async with desk.database.begin() as tx:
            await visits.enter(tx, row.id, desk.team.id, priority, later(seconds), later(seconds))
    async with desk.database.begin() as tx:
        assert await visits.front(tx, desk.team.id, 1) == START + timedelta(seconds=20)
