"""Other people's tools for tests, from npm and PyPI: each set installed once, beside the environment of the tests."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.services import REQUIRED

NPM = ("npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error")
PIP = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")
PATIENCE = 240
QUIET = {"NO_UPDATE_NOTIFIER": "1", "CI": "true"}


def node_modules(package: Path) -> Path:
    """What a package.json asks for. Skips, or fails in CI, without Node.js."""
    if not all(map(shutil.which, ("node", "npm"))):
        missing("Node.js and npm are needed")
    folder = installed(package.read_text(), [NPM], {"package.json": package.read_text()})
    return folder / "node_modules"


def program(name: str, requirements: Sequence[str]) -> Path:
    """A command of packages that live apart: what they depend on need not fit with what we do."""
    python = "venv/bin/python"
    wanted = " ".join(requirements)
    folder = installed(wanted, [(sys.executable, "-m", "venv", "venv"), (python, *PIP, *requirements)])
    return folder / "venv" / "bin" / name


def installed(wanted: str, commands: Sequence[Sequence[str]], files: dict[str, str] | None = None) -> Path:
    """A folder of what is wanted. Skips, or fails in CI, where it cannot be had."""
    folder = Path(sys.prefix) / "tools" / hashlib.sha256(wanted.encode()).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another worker may be at it
        if not (folder / "whole").exists():
            for name, text in (files or {}).items():
                (folder / name).write_text(text)
            for command in commands:
                done = _done(command, folder)
                if done.returncode:
                    missing(f"{command[0]} could not install {wanted[:80]}: {done.stderr[-500:]}")
            (folder / "whole").touch()
    return folder


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


def missing(reason: str) -> None:
    (pytest.fail if REQUIRED else pytest.skip)(reason)


def _done(command: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    program = folder / command[0] if command[0].startswith("venv/") else command[0]
    return subprocess.run(
        (program, *command[1:]),
        cwd=folder,
        env=os.environ | QUIET,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
