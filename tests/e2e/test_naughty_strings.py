"""Strings that break software arrive unchanged: as messages, as names, as searches."""

import json
from pathlib import Path

import pytest

from chat.protocol.codes import Code
from chat.protocol.commands import SetContact
from chat.protocol.events import EntryAppended
from tests.clients import Refused
from tests.clients.listener import fresh
from tests.e2e import people
from web.replay.desk import Desk

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "naughty-strings.json"
NAME_LENGTH = 120


@pytest.fixture(scope="module")
def naughty() -> list[str]:
    """The strings, without the empty one, which no message can be."""
    if not DATA.exists():
        pytest.skip(f"the Big List of Naughty Strings is not at {DATA}: NOT TESTED")
    strings: list[str] = json.loads(DATA.read_text())
    return [string for string in strings if string]


def storable(string: str) -> bool:
    """Whether it can be said at all: U+0000 and lone surrogates are refused."""
    return "\0" not in string and not any("\ud800" <= char <= "\udfff" for char in string)


async def test_naughty_messages_arrive_unchanged_both_ways(desk: Desk, naughty: list[str]) -> None:
    """What was typed is what the other side reads."""
    async with people.pair(desk) as pair:
        for string in filter(storable, naughty):
            for speaker, listener in ((pair.customer, pair.agent), (pair.agent, pair.customer)):
                acked = await speaker.say(pair.conversation_id, string)
                seen = await listener.expect(EntryAppended, people.said(acked.seq))
                assert seen.entry.body == string


async def test_what_cannot_be_kept_is_refused_with_a_code(desk: Desk) -> None:
    """PostgreSQL holds no U+0000, so no database of ours does."""
    async with people.pair(desk) as pair:
        with pytest.raises(Refused) as caught:
            await pair.customer.say(pair.conversation_id, "a\0b")
        assert caught.value.code is Code.INVALID
        acked = await pair.agent.say(pair.conversation_id, "what did you mean?")
        await pair.customer.expect(EntryAppended, people.said(acked.seq))


async def test_naughty_names_and_first_messages_arrive_unchanged_and_are_found(
    desk: Desk, naughty: list[str]
) -> None:
    """Each string names a customer and opens a ticket; searching for it finds that ticket."""
    for string in filter(storable, naughty):
        customer = await people.visitor(desk)
        started = await customer.start(string, name=string[:NAME_LENGTH], leave=True)
        details = await desk.details(started.conversation_id)
        assert details.customer.name == string[:NAME_LENGTH]
        if string.strip():
            found = await desk.search(string[:200])
            assert started.conversation_id in {item.conversation_id for item in found}, string
        await customer.close()


async def test_a_naughty_name_can_be_changed_into_another(desk: Desk, naughty: list[str]) -> None:
    """The contact form takes any name that a message could be."""
    customer = await people.visitor(desk)
    started = await customer.start("hello", leave=True)
    for string in [string for string in naughty if storable(string)][:40]:
        await customer.ask(SetContact(ref=fresh(), name=string[:NAME_LENGTH]))
        assert (await desk.details(started.conversation_id)).customer.name == string[:NAME_LENGTH]
    await customer.close()
