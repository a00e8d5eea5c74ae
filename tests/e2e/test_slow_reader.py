"""A client that stops reading costs nobody anything, and loses nothing itself."""

from chat.protocol.commands import Cursor
from chat.protocol.events import EntryAppended
from tests.clients import Listener
from tests.e2e import people
from web.replay.desk import Desk

LARGE = "🚲" * 8000
"""As many bytes as a message can have: 32 kB."""
MESSAGES = 500
"""Together more than the kernel's buffers and the server's bound hold for one connection."""


def seen(listener: Listener) -> list[int]:
    """The seqs that were delivered, in their order."""
    return [event.entry.seq for event in listener.heard if isinstance(event, EntryAppended)]


async def test_a_reader_that_stalls_is_cut_and_resumes_without_loss(desk: Desk) -> None:
    """The server does not wait for it nor keep all for it, and what it missed is there when it comes back."""
    async with people.pair(desk) as pair, people.pair(desk) as beside:
        stalled = pair.customer
        stalled.wire.pause()
        for number in range(MESSAGES):
            acked = await pair.agent.say(pair.conversation_id, LARGE)
            if number % 50 == 0:
                await beside.exchange()
        stalled.wire.resume()
        await stalled.lost
        before = seen(stalled)
        assert before == list(range(1, len(before) + 1))
        assert len(before) < acked.seq, "nothing was held back: send more"

        again = await people.connect(desk, "/ws/visitor")
        cursor = Cursor(conversation_id=pair.conversation_id, public=before[-1] if before else 0)
        await again.visit(people.SITE, pair.token, [cursor])
        await again.expect(EntryAppended, people.said(acked.seq), timeout_seconds=30)
        missed = [*seen(again), acked.seq]
        assert before + missed == list(range(1, acked.seq + 1))
        await again.close()
