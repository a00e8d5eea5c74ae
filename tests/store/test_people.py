"""Staff, their sessions, teams, sites, customers and files."""

from datetime import UTC, datetime

import pytest

from store import attachments, customers, organisations, sites, staff, staff_sessions, teams
from store.sites import Topic
from tests.store.seeds import START, Seeded, later


async def test_a_mail_address_is_one_account_in_any_letter_case(desk: Seeded) -> None:
    """Found so, and not given twice."""
    async with desk.database.begin() as tx:
        found = await staff.by_email(tx, " ADA@example.COM ")
        assert found == desk.ada
        assert desk.ada.email == "ada@example.com"
        with pytest.raises(staff.EmailTaken):
            await staff.add(tx, "ADA@EXAMPLE.COM", "Other", "hash", "agent", [], START)


async def test_availability_keeps_the_time_it_began(desk: Seeded) -> None:
    """Saying it again does not start it anew."""
    async with desk.database.begin() as tx:
        assert await staff.set_availability(tx, desk.ada.id, "available", later(5))
        assert not await staff.set_availability(tx, desk.ada.id, "available", later(9))
        found = await staff.get(tx, desk.ada.id)
    assert found is not None
    assert (found.availability, found.availability_since) == ("available", later(5))


async def test_a_disabled_account_is_out_of_the_lists_and_cannot_sign_in(desk: Seeded) -> None:
    """Its sessions stop to count at once."""
    async with desk.database.begin() as tx:
        await staff_sessions.create(tx, desk.ada.id, "token", later(100), "browser", START)
        assert await staff_sessions.find(tx, "token", later(1)) is not None
        assert await staff.disable(tx, desk.ada.id, later(2))
        assert not await staff.disable(tx, desk.ada.id, later(3))
        assert await staff_sessions.find(tx, "token", later(2)) is None
        assert await staff.password_hash(tx, desk.ada.id) is None
        assert [person.name for person in await staff.list_all(tx)] == ["Bo"]
        assert [person.name for person in await staff.list_all(tx, disabled=True)] == ["Ada", "Bo"]
        assert await teams.members(tx, [desk.team.id]) == {desk.team.id: [desk.bo.id]}
        assert not await staff.set_availability(tx, desk.ada.id, "available", later(3))


async def test_staff_are_changed_one_thing_at_a_time(desk: Seeded) -> None:
    """Password, capacity, role, name and teams."""
    id = desk.ada.id
    async with desk.database.begin() as tx:
        assert await staff.set_password(tx, id, "new")
        assert await staff.set_capacity(tx, id, 500)
        assert await staff.set_role(tx, id, "admin")
        assert await staff.set_name(tx, id, "Ada L")
        assert not await staff.set_name(tx, "nobody", "x")
        await staff.set_teams(tx, id, [desk.other_team.id, desk.other_team.id])
        assert await staff.password_hash(tx, id) == "new"
        assert await staff.teams_of(tx, id) == (desk.other_team.id,)
        found = (await staff.many(tx, [id]))[id]
    assert (found.capacity, found.role, found.name, found.team_ids) == (
        500,
        "admin",
        "Ada L",
        (desk.other_team.id,),
    )


async def test_a_session_counts_until_it_is_revoked_or_expires(desk: Seeded) -> None:
    """And says whose sockets to close when all are revoked."""
    async with desk.database.begin() as tx:
        one, two, three = [
            await staff_sessions.create(tx, desk.ada.id, f"t{n}", later(100), "b", START) for n in range(3)
        ]
        assert await staff_sessions.find(tx, "t0", later(99)) == one
        assert await staff_sessions.find(tx, "t0", later(100)) is None
        assert await staff_sessions.find(tx, "other", START) is None
        assert await staff_sessions.revoke(tx, one.id, later(1))
        assert not await staff_sessions.revoke(tx, one.id, later(1))
        assert await staff_sessions.find(tx, "t0", later(2)) is None
        assert sorted(await staff_sessions.revoke_all(tx, desk.ada.id, later(3))) == sorted(
            [two.id, three.id]
        )
        assert await staff_sessions.purge(tx, later(2)) == 1
        assert await staff_sessions.purge(tx, later(101)) == 2


async def test_a_teams_settings_have_defaults_and_can_be_changed(desk: Seeded) -> None:
    """None is a value too: no cap, no alert."""
    async with desk.database.begin() as tx:
        changed = await teams.change(tx, desk.team.id, alert_depth=5, silence_warn_seconds=30)
        assert changed is not None
        assert (changed.alert_depth, changed.silence_warn_seconds, changed.name) == (5, 30, "Support")
        changed = await teams.change(tx, desk.team.id, alert_depth=None)
        assert changed == await teams.get(tx, desk.team.id)
        assert [team.name for team in await teams.list_all(tx)] == ["Sales", "Support"]
        assert await teams.change(tx, "nobody", name="x") is None


async def test_a_site_keeps_its_origins_topics_and_hours(desk: Seeded) -> None:
    """Lists and objects come back as they went in."""
    topics = [Topic("buy", "Buying", desk.other_team.id), Topic("other", "Else")]
    async with desk.database.begin() as tx:
        changed = await sites.change(tx, desk.site.id, topics=topics, hours={"mon": ["9", "17"]})
        assert changed == await sites.by_key(tx, "KEY")
        assert changed is not None
        assert (changed.topics, changed.hours) == (topics, {"mon": ["9", "17"]})
        assert changed.origins == ["https://shop.example"]
        assert await sites.list_all(tx) == [changed]
        assert await sites.by_key(tx, "none") is None


async def test_a_visitor_becomes_a_customer_and_belongs_to_an_organisation(desk: Seeded) -> None:
    """Unknown at first; what is not given stays."""
    async with desk.database.begin() as tx:
        visitor = await customers.create(tx, desk.site.id, START, id="v1", attributes={"plan": "é"})
        assert (visitor.name, visitor.email, visitor.organisation_name) == ("", "", None)
        company = await organisations.add(tx, "Acme")
        assert await organisations.get(tx, company.id) == company
        await organisations.set_of(tx, "v1", company.id)
        await customers.set_contact(tx, "v1", later(1), name="Vi")
        await customers.set_contact(tx, "v1", later(2), email="vi@example.com")
        await customers.touch(tx, "v1", later(1))
        found = await customers.get(tx, "v1")
        assert found == (await customers.many(tx, ["v1", "v2"]))["v1"]
        assert await customers.set_contact(tx, "nobody", START, name="x") is None
    assert found is not None
    assert (found.name, found.email, found.organisation_name) == ("Vi", "vi@example.com", "Acme")
    assert (found.last_seen_at, found.attributes) == (later(2), {"plan": "é"})


async def test_a_site_knows_a_customer_by_its_own_id(desk: Seeded) -> None:
    """For identities that a site has signed."""
    async with desk.database.begin() as tx:
        made = await customers.create(tx, desk.site.id, START, external_id="42")
        assert await customers.by_external_id(tx, desk.site.id, "42") == made
        assert await customers.by_external_id(tx, desk.site.id, "43") is None


async def test_a_file_is_noted_with_its_size_and_hash(desk: Seeded) -> None:
    """Bytes are kept elsewhere."""
    one = await desk.conversation()
    async with desk.database.begin() as tx:
        made = await attachments.add(tx, one.id, "a.png", "image/png", 12, "ab" * 32, START)
        assert await attachments.get(tx, made.id) == made


async def test_times_come_back_exactly_and_naive_ones_are_refused(desk: Seeded) -> None:
    """To the microsecond, in UTC, long ago and far ahead; a time without a zone means nothing."""
    async with desk.database.begin() as tx:
        for at in (datetime(1969, 1, 1, 0, 0, 0, 1, tzinfo=UTC), datetime(2999, 1, 1, 0, 0, 0, 999_999, UTC)):
            made = await customers.create(tx, desk.site.id, at)
            assert made.created_at == at
            assert made.created_at.tzinfo is UTC
    with pytest.raises(Exception, match="without a zone"):
        async with desk.database.begin() as tx:
            await customers.create(tx, desk.site.id, datetime(2026, 1, 1))
