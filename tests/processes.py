"""Processes forked from one that has imported the gateway, as each would take two seconds to do so."""

import atexit
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from gateway.cli import main

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.imported"])


class Forked:
    """A function at work in a process of its own, with an environment of its own; used like subprocess.Popen.

    It ends with the tests at the latest, and may have children, which a daemon of multiprocessing may not.
    """

    def __init__(self, function: Callable[..., None], *given, environment: Mapping[str, str]) -> None:
        arguments = (function, given, dict(environment))
        self._process = FORKS.Process(target=_run, args=arguments)
        self._process.start()
        atexit.register(self.kill)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if self.returncode is None:
            self.kill()
            raise subprocess.TimeoutExpired("a forked process", timeout)
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class Command(Forked):
    """The `gateway` command; what it says is kept, its errors in a log of several commands if one is named."""

    def __init__(self, *words: str, environment: Mapping[str, str], log: Path | None = None) -> None:
        self._directory = tempfile.TemporaryDirectory()
        directory = Path(self._directory.name)
        self._said = [directory / "out", log or directory / "err"]
        super().__init__(_command, words, self._said, environment=environment)

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """What it wrote on its output and among its errors, once it has ended."""
        self.wait(timeout)
        out, err = (path.read_text() if path.exists() else "" for path in self._said)
        self._directory.cleanup()
        return out, err


def _run(function: Callable[..., None], given: tuple, environment: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    function(*given)


def _command(words: tuple[str, ...], said: list[Path]) -> None:
    for descriptor, path in enumerate(said, start=1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND), descriptor)
    sys.argv = ["gateway", *words]
    main()
