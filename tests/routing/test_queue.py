"""Position, and the board."""

from routing import board, teams
from routing.board import QueueState
from routing.teams import TeamSettings
from tests.routing.desk import START, Desk


async def test_a_position_counts_only_its_own_queue_and_higher_priorities(desk: Desk) -> None:
    """Who came later with a higher priority is ahead; who waits elsewhere is not."""
    await teams.put(desk.router, TeamSettings("u"))
    await desk.arrive("u1", "u")
    for at, id in enumerate(("c1", "c2", "c3")):
        await desk.arrive(id, first_at=START + at)
    await desk.arrive("vip", priority=5, first_at=START + 9)
    assert await desk.places("vip", "c1", "c2", "c3", "u1", "nothing") == [1, 2, 3, 4, 1]


async def test_an_offered_conversation_still_has_its_place(offering: Desk) -> None:
    """Its customer waits until an agent has accepted."""
    await offering.sign_in("a", 100)
    (offer,) = await offering.arrive("c1")
    await offering.arrive("c2")
    assert await offering.places("c1", "c2") == [1, 2]
    await offering.accept(offer)
    assert await offering.places("c1", "c2") == [1]


async def test_the_board_counts_who_waits_who_works_and_who_could(desk: Desk) -> None:
    """Waiting, oldest, active; available, away, full."""
    await desk.sign_in("full", 100)
    await desk.arrive("c1")
    await desk.settle()
    await desk.arrive("c2", first_at=START - 7)
    await desk.arrive("c3", priority=9)
    await desk.sign_in("away", availability="away")
    await desk.declare("unseen")
    await desk.sign_in("offline", availability="offline")
    assert await board.queues(desk.router) == [QueueState("t", 2, START - 7, 1, 0, 2, 1)]
