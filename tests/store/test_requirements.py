"""What decides who comes first, and how much a conversation counts, is kept."""

from sqlalchemy import text

from store import conversations, customers, mendings, organisations, rules, staff, tables, teams, visits
from store.rules import Condition, Rule
from tests.store.seeds import START, Seeded, later


async def test_rules_keep_their_order(desk: Seeded) -> None:
    """None at first; the first that applies decides, so a sorted list would be another one."""
    wanted = [
        Rule("Broken checkout", 3, [Condition("page.url", "contains", "/checkout")]),
        Rule("Æon", 0, [Condition("attribute:plan", "exists"), Condition("topic", "is", "sales")]),
    ]
    async with desk.database.begin() as tx:
        assert await rules.read(tx) == []
        await rules.write(tx, wanted)
        assert await rules.read(tx) == wanted
        await rules.write(tx, [])
        assert await rules.read(tx) == []


async def test_an_organisation_is_one_of_its_name(desk: Seeded) -> None:
    """Asked for again it is the same, with its standing."""
    async with desk.database.begin() as tx:
        made = await organisations.named(tx, "Acme")
        assert made.vip is False
        assert await organisations.set_vip(tx, made.id, True)
        assert not await organisations.set_vip(tx, "nobody", True)
        await organisations.hold(tx, made.id)
        again = await organisations.named(tx, "Acme")
        other = await organisations.named(tx, "Acme Ltd")
    assert (again.id, again.vip) == (made.id, True)
    assert other.id != made.id


async def test_a_conversation_is_of_a_vip_by_its_customer_or_their_organisation(desk: Seeded) -> None:
    """Either is enough."""
    row = await desk.conversation()
    assert row.vip is False
    async with desk.database.begin() as tx:
        company = await organisations.named(tx, "Acme")
        await organisations.set_of(tx, desk.customer.id, company.id)
        assert (await conversations.many(tx, [row.id]))[row.id].vip is False
        await organisations.set_vip(tx, company.id, True)
        assert (await conversations.many(tx, [row.id]))[row.id].vip is True
        await organisations.set_vip(tx, company.id, False)
        assert await customers.set_vip(tx, desk.customer.id, True)
        assert not await customers.set_vip(tx, "nobody", True)
        found = await customers.get(tx, desk.customer.id)
        assert (await conversations.many(tx, [row.id]))[row.id].vip is True
    assert found is not None
    assert (found.vip, found.organisation_vip) == (True, False)


async def test_what_is_under_way_is_found_by_customer_and_by_organisation(desk: Seeded) -> None:
    """What has ended is not, and nobody else's."""
    one, ended, other = [await desk.conversation() for _ in range(3)]
    async with desk.database.begin() as tx:
        company = await organisations.named(tx, "Acme")
        stranger = await customers.create(tx, desk.site.id, START)
        await organisations.set_of(tx, stranger.id, company.id)
        await conversations.change(tx, ended.id, START, live="ended")
        mine = await conversations.lock_open_of(tx, customer_id=desk.customer.id)
        assert [row.id for row in mine] == [one.id, other.id]
        assert await conversations.lock_open_of(tx, organisation_id=company.id) == []
        await organisations.set_of(tx, desk.customer.id, company.id)
        theirs = await conversations.lock_open_of(tx, organisation_id=company.id)
    assert [row.id for row in theirs] == [one.id, other.id]


async def test_a_visit_changes_its_priority_and_nothing_else(desk: Seeded) -> None:
    """Episode and first time stay."""
    row = await desk.conversation()
    async with desk.database.begin() as tx:
        await visits.enter(tx, row.id, desk.team.id, 1, START, later(9))
        before = await visits.current(tx, row.id)
        await visits.set_priority(tx, row.id, 3)
        after = await visits.current(tx, row.id)
    assert before is not None
    assert after is not None
    assert (after.priority, after.episode, after.first_at) == (3, before.episode, before.first_at)


async def test_a_team_weighs_chats_and_messages_alike_at_first(desk: Seeded) -> None:
    """In hundredths of a chat; changed like any setting."""
    assert desk.team.weights == {"chat": 100, "message": 100}
    async with desk.database.begin() as tx:
        changed = await teams.change(tx, desk.team.id, weights={"chat": 200, "message": 30})
    assert changed is not None
    assert changed.weights == {"chat": 200, "message": 30}


async def test_admins_are_who_is_one_and_not_disabled(desk: Seeded) -> None:
    """So that the last one can be told."""
    async with desk.database.begin() as tx:
        assert await staff.lock_admins(tx) == []
        await staff.set_role(tx, desk.ada.id, "admin")
        await staff.set_role(tx, desk.bo.id, "admin")
        assert sorted(await staff.lock_admins(tx)) == sorted([desk.ada.id, desk.bo.id])
        await staff.disable(tx, desk.bo.id, START)
        assert await staff.lock_admins(tx) == [desk.ada.id]


async def test_what_was_mended_is_counted_listed_and_forgotten(desk: Seeded) -> None:
    """By when it was."""
    async with desk.database.begin() as tx:
        await mendings.add(tx, START, [])
        await mendings.add(tx, START, [("missing", "c1")])
        await mendings.add(tx, later(60), [("wrong", "c2"), ("extra", "c3")])
        assert await mendings.count(tx, START) == 3
        assert await mendings.count(tx, later(60)) == 2
        assert {each.subject_id for each in await mendings.recent(tx, 2)} == {"c2", "c3"}
        assert await mendings.purge(tx, later(60)) == 1
        assert await mendings.count(tx, START) == 2


async def test_the_version_before_can_still_write(desk: Seeded) -> None:
    """Its rows, which name none of the new columns, have their defaults."""
    names = sorted(column.name for column in tables.team.c if column.name not in ("id", "weights"))
    old = ", ".join(names)
    async with desk.database.begin() as tx:
        copy = f"INSERT INTO team (id, {old}) SELECT 'T', {old} FROM team WHERE id = :id"
        await tx.execute(text(copy), {"id": desk.team.id})
        copied = await teams.get(tx, "T")
        await tx.execute(text("INSERT INTO organisation (id, name) VALUES ('O', 'Old')"))
        old_one = await organisations.get(tx, "O")
    assert copied is not None
    assert copied.weights == desk.team.weights
    assert old_one is not None
    assert old_one.vip is False


async def test_a_customer_of_a_sites_id_is_made_once_and_kept(desk: Seeded) -> None:
    """And is another one on another site's id; what the site says replaces what it said."""
    async with desk.database.begin() as tx:
        made = await customers.identified(tx, desk.site.id, "42", START)
        await customers.set_attributes(tx, made.id, {"plan": "é"})
        await customers.set_attributes(tx, made.id, {"tier": "1"})
        again = await customers.identified(tx, desk.site.id, "42", later(9))
        other = await customers.identified(tx, desk.site.id, "43", START)
    assert (again.id, again.external_id, again.created_at) == (made.id, "42", START)
    assert again.attributes == {"tier": "1"}
    assert other.id != made.id
