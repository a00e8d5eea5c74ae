"""The machine and the programs that a run was made on, for whoever reads its figures."""

import os
import platform
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from web import redis_server
from web.bench import peers, postgresql
from web.bench.cores import Cores


def described(pinned: Cores, folder: Path) -> Mapping[str, str]:
    """What matters for the figures, by name. `folder`: where data is kept."""
    names = ("uvicorn", "websockets", "uvloop", "redis", "SQLAlchemy", "asyncpg")
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": _processor(),
        "cores": f"{os.cpu_count()}; {pinned.said}",
        "system": platform.platform(),
        "disk": _file_system(folder),
        "python": sys.version.split()[0],
        "redis": _said([str(redis_server.find_binary()), "--version"]),
        "postgresql": next(
            (_said([str(each / "postgres"), "--version"]) for each in postgresql.candidates()), "none"
        ),
        "packages": ", ".join(f"{name} {version(name)}" for name in names),
        "peers": peers.versions(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def _file_system(folder: Path) -> str:
    """Of the folder's mount: a sync on a file system in memory costs nothing, and means nothing."""
    return _said(["stat", "--file-system", "--format=%T", str(folder)])


def _said(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except OSError:
        return "unknown"
    return done.stdout.strip() or "unknown"
