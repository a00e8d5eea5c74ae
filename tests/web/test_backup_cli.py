"""`frontdesk backup`, as an operator runs it."""

import asyncio
import resource
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import httpx2
import msgspec
import pytest
from msgspec.structs import replace
from pyrage import x25519

from store.backup import manifest
from tests.web.test_cli import environment, said, serving


async def backup(folder: Path, *arguments: str, **values: str) -> tuple[int | None, str]:
    return await said(folder, "backup", *arguments, **values)


@pytest.fixture
async def prepared(tmp_path: Path) -> Path:
    """The data folder of a desk that was set up, with one account."""
    folder = tmp_path / "data"
    status, text = await said(
        folder, "staff", "add", "ada@example.com", "--name", "Ada", typed="correct horse\n"
    )
    assert status == 0, text
    return folder


async def test_a_backup_is_made_listed_verified_and_restored(prepared: Path, tmp_path: Path) -> None:
    """The whole drill, into another folder; and not over a desk unless that is said."""
    status, text = await backup(prepared, "create")
    assert (status, "restored and compared" in text) == (0, True), text
    name = next((prepared / "backups").glob("2*")).name
    status, text = await backup(prepared, "list")
    assert status == 0
    assert name in text
    status, text = await backup(prepared, "verify")
    assert status == 0, text
    elsewhere = {"FRONTDESK_BACKUP_FOLDER": str(prepared / "backups")}
    other = tmp_path / "other"
    status, text = await backup(other, "restore", name, **elsewhere)
    assert status == 0, text
    assert "sign in again" in text
    status, text = await said(other, "staff", "list")
    assert "ada@example.com" in text
    status, text = await backup(other, "restore", **elsewhere)
    assert (status, "--yes" in text) == (1, True)
    status, text = await backup(other, "restore", "--yes", **elsewhere)
    assert status == 0, text


async def test_damage_ends_with_status_1(prepared: Path) -> None:
    """For whoever runs it from cron."""
    await backup(prepared, "create")
    part = next((prepared / "backups").glob("2*/database.sqlite"))
    part.write_bytes(part.read_bytes()[:-1])
    status, text = await backup(prepared, "verify")
    assert (status, "is damaged" in text) == (1, True)


async def test_a_full_disk_is_told_and_leaves_nothing(prepared: Path) -> None:
    """No file may grow beyond 150 kB here: no status 0, and nothing that looks like a backup."""
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "web.cli", "backup", "create"],
        env=environment(prepared),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "The disk is full" in done.stderr or "failed" in done.stderr
    assert not list((prepared / "backups").glob("*2*"))
    _, text = await backup(prepared, "list")
    assert "There is no backup" in text


async def test_secrets_come_from_files_and_environment(prepared: Path, tmp_path: Path) -> None:
    """No option takes one; a key file that cannot be read is told."""
    key = x25519.Identity.generate()
    status, text = await backup(prepared, "create", FRONTDESK_BACKUP_RECIPIENTS=str(key.to_public()))
    assert status == 0, text
    file = tmp_path / "key.txt"
    file.write_text(f"{key}\n")
    status, text = await backup(prepared, "verify", FRONTDESK_BACKUP_IDENTITY_FILE=str(file))
    assert (status, "restored and compared" in text) == (0, True), text
    status, text = await backup(prepared, "verify", FRONTDESK_BACKUP_IDENTITY_FILE=str(tmp_path / "no"))
    assert (status, "FRONTDESK_BACKUP_IDENTITY_FILE" in text) == (1, True)


async def test_a_running_desk_keeps_backups_and_is_not_restored_over(tmp_path: Path) -> None:
    """`serve` makes one by itself; a restore beside it is refused; after its end it goes through."""
    data = tmp_path / "data"
    async with serving(data) as (process, url), httpx2.AsyncClient() as client:
        assert (await client.get(f"{url}/healthz")).status_code == 200
        status, text = await backup(data, "create")
        assert status == 0, text
        status, text = await backup(data, "restore", "--yes")
        assert (status, "Stop it first" in text) == (1, True), text
        process.terminate()
        await process.wait()
    status, text = await backup(data, "restore", "--yes")
    assert status == 0, text
    async with serving(data) as (_, url), httpx2.AsyncClient() as client:
        assert (await client.get(f"{url}/readyz")).status_code == 200


async def test_pruning_says_what_goes(prepared: Path) -> None:
    """And with --dry-run only says it. What is of the last hour stays."""
    for _ in range(3):
        await backup(prepared, "create", "--no-verify")
    rule = {"FRONTDESK_BACKUP_KEEP": "1d"}
    status, text = await backup(prepared, "prune", "--dry-run", **rule)
    assert "Would remove" not in text
    before = sorted(path.name for path in (prepared / "backups").glob("2*"))
    for name in before[:2]:
        folder = prepared / "backups" / name
        made = manifest.read(folder)
        older = replace(made, began_at=made.began_at - timedelta(hours=2))
        (folder / manifest.FILE).write_bytes(msgspec.json.encode(older))
    status, text = await backup(prepared, "prune", "--dry-run", **rule)
    assert text.count("Would remove") == 2
    assert sorted(path.name for path in (prepared / "backups").glob("2*")) == before
    status, text = await backup(prepared, "prune", **rule)
    assert status == 0
    assert [path.name for path in (prepared / "backups").glob("2*")] == before[-1:]
