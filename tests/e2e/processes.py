"""Real processes of the service, as a person or a process manager starts them."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path

from web.processes import dies_with_parent
from web.redis_server import command, find_binary

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0
STOP_SECONDS = 20.0
UNBOUNDED = {
    "FRONTDESK_COMMANDS_PER_SECOND": "100000",
    "FRONTDESK_COMMANDS_BURST": "100000",
    "FRONTDESK_VISITORS_PER_MINUTE": "100000",
    "FRONTDESK_SIGN_INS_PER_MINUTE": "100000",
}
"""Limits a person never meets, raised where one test is a whole crowd."""


class Process:
    """One process, its output in a file, gone with the test run."""

    def __init__(
        self,
        arguments: list[str],
        environment: Mapping[str, str],
        log: Path,
        prepare: Callable[[], None] | None = None,
    ) -> None:
        """`prepare` runs in the new process, before the program: limits of its own, say."""
        self._arguments = arguments
        self._environment = environment
        self._prepare = prepare
        self.log = log
        self._popen: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as output:
            self._popen = subprocess.Popen(
                self._arguments,
                env={**inherited(), **self._environment},
                cwd=ROOT,
                stdout=output,
                stderr=output,
                preexec_fn=both(dies_with_parent(), self._prepare),
            )

    def kill(self) -> None:
        """SIGKILL, without any warning."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """SIGTERM, and wait; killed when it does not stop in time."""
        self._end(signal.SIGTERM)

    def terminate(self) -> None:
        """SIGTERM, without waiting."""
        self._signal(signal.SIGTERM)

    def freeze(self) -> None:
        """SIGSTOP: it stands still, and its sockets stay open."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT: it goes on as if no time had passed."""
        self._signal(signal.SIGCONT)

    def wait(self, within_seconds: float) -> int:
        """The status with which it ended. Raises `subprocess.TimeoutExpired`."""
        assert self._popen is not None
        return self._popen.wait(within_seconds)

    @property
    def pid(self) -> int:
        assert self._popen is not None
        return self._popen.pid

    def _signal(self, number: signal.Signals) -> None:
        assert self._popen is not None
        self._popen.send_signal(number)

    @property
    def running(self) -> bool:
        return self._popen is not None and self._popen.poll() is None

    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def _end(self, how: signal.Signals) -> None:
        if self._popen is None:
            return
        self._popen.send_signal(how)
        if how is not signal.SIGKILL:
            # A frozen one would never hear it.
            self._popen.send_signal(signal.SIGCONT)
        self.join()

    def join(self) -> None:
        """Wait for its end; killed when that does not come in time."""
        if self._popen is None:
            return
        try:
            self._popen.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            self._popen.wait()


class Web(Process):
    """A web process, which is ready when it says so."""

    def __init__(
        self,
        arguments: list[str],
        environment: Mapping[str, str],
        log: Path,
        port: int,
        prepare: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(arguments, {**environment, "PORT": str(port)}, log, prepare)
        self.port = port
        self.url = f"http://127.0.0.1:{port}"

    def start(self) -> None:
        """Returns when it answers `/readyz`."""
        self.begin()
        self.become_ready()

    def begin(self) -> None:
        """Start it, and do not wait."""
        super().start()

    def become_ready(self) -> None:
        """Wait until it answers `/readyz`. Raises `RuntimeError` with its output when it does not."""
        until = time.monotonic() + START_SECONDS
        while not answers(f"{self.url}/readyz"):
            if not self.running or time.monotonic() > until:
                raise RuntimeError(f"the web process did not become ready:\n{self.output()[-4000:]}")
            time.sleep(0.02)


class Redis(Process):
    """A Redis of the test's own, outside of the service, as in production."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        path = folder / "redis.sock"
        super().__init__(command(find_binary(), folder, path, durable=True), {}, folder / "redis.log")
        self.url = f"unix://{path}"


def both(*steps: Callable[[], None] | None) -> Callable[[], None]:
    """One after the other, those that there are."""

    def all_of_them() -> None:
        for step in steps:
            if step is not None:
                step()

    return all_of_them


def frontdesk(*arguments: str) -> list[str]:
    """The command line of this interpreter's `frontdesk`."""
    return [sys.executable, "-m", "web.cli", *arguments]


def inherited() -> dict[str, str]:
    """The environment without settings of the desk that whoever runs the tests may have."""
    ours = ("FRONTDESK_", "REDIS_URL", "DATABASE_URL", "PORT")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def run(arguments: list[str], environment: Mapping[str, str]) -> None:
    """A command to its end. Raises `RuntimeError` with its output when it fails."""
    done = subprocess.run(
        arguments,
        env={**inherited(), **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{arguments} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
