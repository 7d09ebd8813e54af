"""Tools from npm for tests: installed once for each package.json, beside the environment that the tests run in."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.services import REQUIRED

INSTALL = ("npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error")
PATIENCE = 240


def node_modules(package: Path) -> Path:
    """What this package.json asks for. Skips, or fails in CI, where there is no Node.js or it cannot be had."""
    if not all(map(shutil.which, ("node", "npm"))):
        missing("Node.js and npm are needed")
    folder = Path(sys.prefix) / "npm" / hashlib.sha256(package.read_bytes()).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another worker may be at it
        if not (folder / "installed").exists():
            shutil.copy(package, folder)
            done = subprocess.run(
                INSTALL, cwd=folder, capture_output=True, text=True, check=False, timeout=PATIENCE
            )
            if done.returncode:
                missing(f"npm could not install {package.parent.name}: {done.stderr[-500:]}")
            (folder / "installed").touch()
    return folder / "node_modules"


def missing(reason: str) -> None:
    (pytest.fail if REQUIRED else pytest.skip)(reason)


def run(*words: str, cwd: Path) -> str:
    """What a command prints; npm's own notices are not asked for."""
    quiet = os.environ | {"NO_UPDATE_NOTIFIER": "1", "CI": "true"}
    done = subprocess.run(
        words, cwd=cwd, env=quiet, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
