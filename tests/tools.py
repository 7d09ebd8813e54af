"""Other people's tools for tests, from npm and PyPI: each set installed once, beside the environment of the tests.

A test says what it needs by `@pytest.mark.tools(tools.TYPESCRIPT)`. Those tests come last, and what they need is
installed while the others run. Without it they skip, or fail in CI.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.services import REQUIRED

ROOT = Path(__file__).parents[1]
CLIENTS = ROOT / "docs" / "clients"
NPM = (
    "npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error", "--fetch-retries=1",
    "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000", "--fetch-timeout=30000",
)  # fmt: skip
PIP = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries=1", "--timeout=30")
PATIENCE = 180
QUIET = {"NO_UPDATE_NOTIFIER": "1", "CI": "true"}
RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
"""Of all workers together: what cannot be installed is tried once in a run."""


class Missing(Exception):
    """Why tools cannot be had."""


@dataclass(frozen=True)
class Tools:
    """`programs` have to be there already. The commands are run in the set's folder, where the files lie by then."""

    commands: tuple[tuple[str, ...], ...]
    files: tuple[tuple[str, str], ...] = ()
    programs: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        wanted = hashlib.sha256(repr((self.commands, self.files)).encode())
        return Path(sys.prefix) / "tools" / wanted.hexdigest()[:16]

    @property
    def node_modules(self) -> Path:
        return self.folder / "node_modules"

    def program(self, name: str) -> Path:
        return self.folder / "venv" / "bin" / name

    def install(self) -> None:
        """Unless it is done; raises Missing where it cannot be."""
        if absent := [name for name in self.programs if shutil.which(name) is None]:
            raise Missing(f"{' and '.join(absent)} cannot be found")
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # somebody else may be at it
            if not (self.folder / "whole").exists():
                self._install(lock.fileno())

    def _install(self, lock: int) -> None:
        failure = self.folder / f"failed-{RUN}"
        if failure.exists():
            raise Missing(failure.read_text())
        for name, text in self.files:
            (self.folder / name).write_text(text)
        for command in self.commands:
            if reason := _failure(command, self.folder, lock):
                failure.write_text(reason)
                raise Missing(reason)
        (self.folder / "whole").touch()


def from_npm(package: Path) -> Tools:
    return Tools((NPM,), (("package.json", package.read_text()),), ("node", "npm"))


def from_pypi(*requirements: str) -> Tools:
    """In an environment apart: what they depend on need not fit with what we do."""
    return Tools(((sys.executable, "-m", "venv", "venv"), ("venv/bin/python", *PIP, *requirements)))


TYPESCRIPT = from_npm(CLIENTS / "typescript" / "package.json")
COMPOSITION = from_npm(ROOT / "tests" / "gateway" / "composition" / "package.json")
PYTHON = from_pypi(
    *tomllib.loads((CLIENTS / "python" / "pyproject.toml").read_text())["dependency-groups"]["generate"]
)


def last(items: list[pytest.Item]) -> None:
    """Put those that need tools behind the others."""
    items.sort(key=lambda item: bool(_needed_by(item)))


def install_meanwhile(items: Iterable[pytest.Item]) -> None:
    """What these tests need, by the first worker; whoever comes to need it waits until it is there."""
    wanted = list(dict.fromkeys(tools for item in items for tools in _needed_by(item)))
    if wanted and os.environ.get("PYTEST_XDIST_WORKER", "gw0") == "gw0":
        threading.Thread(target=_install_all, args=(wanted,), daemon=True).start()


def require(item: pytest.Item) -> None:
    """Skip, or fail in CI, where what a test needs cannot be had."""
    try:
        for tools in _needed_by(item):
            tools.install()
    except Missing as error:
        (pytest.fail if REQUIRED else pytest.skip)(str(error))


def run(*command: str | Path, cwd: Path) -> str:
    """What it prints."""
    done = _done([str(word) for word in command], cwd)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def refused(*command: str | Path, cwd: Path) -> str:
    """What it prints of a failure that there has to be."""
    done = _done([str(word) for word in command], cwd)
    assert done.returncode != 0, done.stdout
    return done.stdout + done.stderr


def _needed_by(item: pytest.Item) -> list[Tools]:
    return [tools for marker in item.iter_markers("tools") for tools in marker.args]


def _install_all(wanted: Iterable[Tools]) -> None:
    """Whoever needs what is missing tells why."""
    for tools in wanted:
        with suppress(Missing):
            tools.install()


def _failure(command: Sequence[str], folder: Path, lock: int) -> str | None:
    """Why a command came to nothing, if it did. A command that outlives the tests keeps the lock until it ends."""
    told = " ".join(command)[:120]
    try:
        program = str(folder / command[0]) if "/" in command[0] else command[0]
        done = _done([program, *command[1:]], folder, (lock,))
    except subprocess.TimeoutExpired:
        return f"{told}: not done in {PATIENCE} seconds"
    errors = [line for line in done.stderr.splitlines() if "error" in line.lower()]
    return f"{told}: {'; '.join(errors[:3])[:500]}" if done.returncode else None


def _done(command: Sequence[str], folder: Path, kept: Sequence[int] = ()) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env=os.environ | QUIET,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
        pass_fds=kept,
    )
