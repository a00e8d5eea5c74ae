"""Dialogues through whole services: one process, two processes, and one that dies on the way."""

import asyncio
import json
import subprocess
from pathlib import Path

import pytest

from tests.e2e import services
from tests.e2e.processes import ROOT, frontdesk, inherited
from tests.e2e.services import Service
from web.replay import dialogues
from web.replay.cli import OWN
from web.replay.desk import Desk
from web.replay.report import Report
from web.replay.stage import Plan, Stage

CONVERSATIONS = 40


def plan(conversations: int, agents: int) -> Plan:
    chosen = dialogues.choose(dialogues.load(OWN), conversations)
    return Plan(dialogues=chosen, agents=agents, capacity=3, speed=0, site="demo", patience_seconds=45)


async def played(service: Service, wish: Plan) -> Report:
    async with Desk(service.urls) as desk:
        await desk.sign_in(service.admin)
        return await Stage(desk, wish).perform()


def assert_good(report: Report) -> None:
    assert report.good, report.json()
    assert report.strangers == 0


@pytest.mark.timeout(120)
async def test_a_replay_through_one_process_loses_nothing(service: Service) -> None:
    """Everything in one process, as `make run` starts it."""
    report = await played(service, plan(CONVERSATIONS, 4))
    assert_good(report)
    assert report.messages == sum(len(one.turns) for one in plan(CONVERSATIONS, 4).dialogues)


@pytest.mark.timeout(120)
async def test_a_replay_across_two_processes_loses_nothing(service_folder: Path, database_url: str) -> None:
    """Customers on one web process, agents on the other: every message crosses."""
    with services.several(service_folder, database_url) as service:
        assert_good(await played(service, plan(CONVERSATIONS, 4)))


@pytest.mark.timeout(180)
async def test_a_killed_web_process_loses_no_acknowledged_message(
    service_folder: Path, database_url: str
) -> None:
    """SIGKILL halfway, started again: everybody goes on, and nothing is missing or twice.

    On one engine it is the customers' process that dies, on the other the agents'.
    """
    victim = 0 if database_url.startswith("postgresql") else 1
    with services.several(service_folder, database_url) as service:
        async with Desk(service.urls) as desk:
            await desk.sign_in(service.admin)
            halfway = asyncio.Event()
            wish = plan(2 * CONVERSATIONS, 4)
            turns = sum(len(one.turns) for one in wish.dialogues)

            def moved() -> None:
                if stage.progress().messages > turns / 3:
                    halfway.set()

            stage = Stage(desk, wish, moved)
            playing = asyncio.create_task(stage.perform())
            await halfway.wait()
            service.webs[victim].kill()
            await asyncio.to_thread(service.webs[victim].start)
            report = await playing
    assert_good(report)
    assert report.reconnects > 0


def test_the_command_ends_with_its_figures_and_its_status(service: Service, tmp_path: Path) -> None:
    """`--json` is one object with the promised fields, and status 0 says that all is well."""
    login = tmp_path / "demo.json"
    login.write_text(
        json.dumps(
            {"logins": [{"email": service.admin.email, "password": service.admin.password, "role": "admin"}]}
        )
    )
    done = replay("--url", service.urls[0], "--data", str(tmp_path), "--conversations", "9", "--json")
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["conversations"] == 9
    for name in ("lost", "duplicated", "reordered", "over_capacity"):
        assert figures[name] == 0
    for name in ("messages", "wait_p50_ms", "delivery_p50_ms", "delivery_p99_ms"):
        assert figures[name] > 0


def test_the_command_says_what_is_missing_and_ends_with_2(tmp_path: Path) -> None:
    """Without a login, a desk or a readable file nothing was verified, and the status says so."""
    done = replay("--data", str(tmp_path))
    assert done.returncode == 2
    assert "--admin-email" in done.stderr
    broken = tmp_path / "broken.jsonl"
    broken.write_text("{}\n")
    done = replay(str(broken), "--data", str(tmp_path))
    assert done.returncode == 2
    assert "line 1" in done.stderr


def replay(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        frontdesk("replay", *arguments),
        cwd=ROOT,
        env=inherited(),
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
