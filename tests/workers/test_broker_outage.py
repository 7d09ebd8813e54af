"""A broker that dies and comes back: the crew works on without it, and hears it again."""

import asyncio
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from domain.settings import Settings
from domain.store import Store
from tests import databases
from tests.services import REQUIRED, answers
from tests.workers.chores import Chore
from tests.workers.rungs import names, put, until
from workers.crew import Crew

pytestmark = pytest.mark.anyio


@contextmanager
def redis_server(port: int, directory):
    """One of our own, killed on leaving as a machine that loses its power."""
    if not (server := shutil.which("redis-server")):
        (pytest.fail if REQUIRED else pytest.skip)("redis-server is not installed")
    command = (server, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(directory))
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as running:
        try:
            while not answers(f"redis://127.0.0.1:{port}"):
                time.sleep(0.02)
            yield
        finally:
            running.kill()


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
async def store(sqlite_template, tmp_path, port, anyio_backend):
    settings = Settings(
        data_dir=tmp_path,
        database_url=databases.copied(sqlite_template, tmp_path / "gateway.db"),
        broker_url=f"redis://127.0.0.1:{port}/0",
        sweep_interval=timedelta(seconds=0.2),
    )
    store = Store(settings)
    yield store
    await store.close()


async def test_a_crew_works_on_without_its_broker_and_listens_again_when_it_is_back(store, tmp_path, port):
    with redis_server(port, tmp_path):
        crew = Crew(store.settings)
        store.bell = crew.bell
        await asyncio.to_thread(crew.start)
        await put(store, Chore("before"))
        await until(store, "done")

    with capture_logs() as said:
        for n in range(3):
            await put(store, Chore(f"without {n}"))
            await until(store, *["done"] * (n + 2), seconds=5)
    assert [line["event"] for line in said] == ["broker_unreachable"]

    with redis_server(port, tmp_path), capture_logs() as said:
        while await crew.bell.lanes_with_room() is None:
            await asyncio.sleep(0.1)
        await put(store, *(Chore(f"after {n}", seconds=0.01) for n in range(20)))
        await until(store, *["done"] * 24, seconds=10)
        assert await crew.bell.lanes_with_room() == (0, 10)
        await asyncio.to_thread(crew.stop)

    assert [line["event"] for line in said] == ["broker_reachable"]
    without, after = [f"without {n}" for n in range(3)], [f"after {n}" for n in range(20)]
    assert await names(store) == sorted(["before", *without, *after])
