"""A crew in a process of its own, set by the environment: it says that it works, and stops when its input ends.

Told a statement in `DIE_AT`, it kills itself just before it; with `DIE_AFTER_COMMIT`, once its unit is done.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, Pool, event

import tests.workers.chores  # noqa: F401  declares a handler
from domain.settings import Settings
from workers.crew import Crew


def environment_of(settings: Settings) -> dict[str, str]:
    return os.environ | {
        "GATEWAY_DATA_DIR": str(settings.data_dir),
        "GATEWAY_DATABASE_URL": settings.database_url,
        "GATEWAY_BROKER_URL": settings.broker_url,
        "GATEWAY_QUEUE_PREFIX": settings.queue_prefix,
        "GATEWAY_JOB_LEASE": "PT1S",
        "GATEWAY_SWEEP_INTERVAL": "PT0.2S",
    }


@contextmanager
def process(settings: Settings, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start one; on leaving, stop it cleanly unless it is dead by then."""
    env = environment_of(settings)
    command = [sys.executable, "-m", "tests.workers.crew_process"]
    with subprocess.Popen(command, env=env | more, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == b"working\n"
        yield running
        if running.poll() is None:
            running.communicate(timeout=20)
            assert running.returncode == 0


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_at(statement: str, *, after_commit: bool) -> None:
    reached = []

    def before(_connection, _cursor, sql, *_) -> None:
        if sql.startswith(statement):
            reached.append(sql)
            if not after_commit:
                die()

    def returned(*_) -> None:
        if reached:
            die()

    event.listen(Engine, "before_cursor_execute", before)
    event.listen(Pool, "checkin", returned)


if __name__ == "__main__":
    crew = Crew(Settings())
    if "DIE_AT" in os.environ:
        die_at(os.environ["DIE_AT"], after_commit="DIE_AFTER_COMMIT" in os.environ)
    crew.start()
    sys.stdout.write("working\n")
    sys.stdout.flush()
    sys.stdin.read()
    crew.stop()
