"""A crew in a process of its own, set by the environment: it says that it works, and stops when nobody listens.

Told a statement in `DIE_AT`, it kills itself just before it; with `DIE_AFTER_COMMIT`, once its unit is done.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from multiprocessing.connection import Connection

from sqlalchemy import Engine, Pool, event

from domain.settings import Settings
from tests.processes import FORKS, Forked
from workers.crew import Crew

PATIENCE = 60


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
def process(settings: Settings, **more: str) -> Iterator[Forked]:
    """Start one; on leaving, stop it cleanly unless it is dead by then."""
    ours, theirs = FORKS.Pipe()
    running = Forked(work, theirs, environment=environment_of(settings) | more)
    theirs.close()
    dying = suppress(EOFError) if "DIE_AT" in more else nullcontext()  # before it says a word, maybe
    with dying:
        assert ours.poll(PATIENCE)
        assert ours.recv() == "working"
    try:
        yield running
    except BaseException:
        running.kill()
        raise
    alive = running.poll() is None
    ours.close()
    if alive:
        assert running.wait(PATIENCE) == 0


def work(listener: Connection) -> None:
    crew = Crew(Settings())
    if "DIE_AT" in os.environ:
        die_at(os.environ["DIE_AT"], after_commit="DIE_AFTER_COMMIT" in os.environ)
    crew.start()
    listener.send("working")
    with suppress(EOFError):
        listener.recv()
    crew.stop()


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
