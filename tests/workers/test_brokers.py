"""One contract for every rung of the broker ladder: in this process, Redis, RabbitMQ."""

import asyncio
import time
from datetime import timedelta
from uuid import uuid4

import pika
import pytest
import redis
from dramatiq.middleware import MiddlewareError
from sqlmodel import col

from domain.jobs import JobRecord, ledger
from domain.organizations import Organization
from domain.settings import Settings
from domain.sql import select
from domain.store import Store
from tests import databases
from tests.services import RABBITMQ, REDIS, need
from tests.workers.chores import Chore
from tests.workers.crew_process import process
from workers.crew import Crew

pytestmark = pytest.mark.anyio

BROKERS = {"memory": "memory://", "redis": REDIS, "rabbitmq": RABBITMQ}


@pytest.fixture(params=BROKERS)
def configured(request, tmp_path):
    """Each broker with the database of its rung, queues of its own and a short lease."""
    if request.param == "memory":
        url = databases.copied(request.getfixturevalue("sqlite_template"), tmp_path / "gateway.db")
    else:
        need(request.param, BROKERS[request.param])
        url = databases.emptied(request.getfixturevalue("postgresql"))
    prefix = f"gateway-test-{uuid4().hex[:8]}"
    yield Settings(
        data_dir=tmp_path,
        database_url=url,
        broker_url=BROKERS[request.param],
        queue_prefix=prefix,
        job_lease=timedelta(seconds=2),
        sweep_interval=timedelta(seconds=0.2),
    )
    {"memory": lambda _: None, "redis": forget_keys, "rabbitmq": delete_queues}[request.param](prefix)


def forget_keys(prefix: str) -> None:
    with redis.Redis.from_url(REDIS) as client:
        if keys := list(client.scan_iter(f"{prefix}*")):
            client.delete(*keys)


def delete_queues(prefix: str) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(RABBITMQ))
    channel = connection.channel()
    for lane in ("live", "bulk"):
        for suffix in ("", ".DQ", ".XQ"):
            channel.queue_delete(f"{prefix}-{lane}{suffix}")
    connection.close()


@pytest.fixture
async def store(configured, anyio_backend):
    store = Store(configured)
    yield store
    await store.close()


class Working:
    """A crew at work inside this process, and the store that rings for it."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.crew = Crew(settings)
        store.bell = self.crew.bell

    async def __aenter__(self) -> Crew:
        await asyncio.to_thread(self.crew.start)
        return self.crew

    async def __aexit__(self, *_) -> None:
        await asyncio.to_thread(self.crew.stop)


async def put(store: Store, *jobs: Chore) -> None:
    async with store.writing() as unit:
        for job in jobs:
            await unit.later(job)


async def names(store: Store) -> list[str]:
    async with store.reading() as unit:
        return sorted(row.name for row in await unit.rows(select(Organization.name)))


async def chores(store: Store) -> list:
    async with store.reading() as unit:
        kind = col(JobRecord.kind) == "Chore"
        return list(
            await unit.rows(select(*JobRecord.__table__.c).where(kind).order_by(JobRecord.created_at))
        )


async def until(store: Store, *states: str, seconds: float = 15) -> list:
    """Wait for the chores to be in these states."""
    deadline = time.monotonic() + seconds
    while True:
        found = await chores(store)
        if [row.state for row in found] == list(states) or time.monotonic() > deadline:
            assert [row.state for row in found] == list(states)
            return found
        await asyncio.sleep(0.02)


async def test_a_job_is_done_as_soon_as_it_is_committed(store, configured):
    async with Working(store, configured):
        begun = time.monotonic()
        await put(store, Chore("a"), Chore("b"))
        await until(store, "done", "done")

    assert time.monotonic() - begun < ledger.DOORBELL_GRACE.total_seconds()
    assert await names(store) == ["a", "b"]


async def test_a_failed_attempt_is_followed_by_another(store, configured, monkeypatch):
    monkeypatch.setattr(ledger, "FIRST_RETRY", timedelta(seconds=0.3))
    async with Working(store, configured):
        await put(store, Chore("a", fails=2))
        (row,) = await until(store, "done")

    assert row.attempts == 3
    assert await names(store) == ["a"]


async def test_a_broker_that_is_down_when_a_job_is_rung_for_loses_nothing(store, configured):
    nobody = {"redis": "redis://127.0.0.1:1/0", "amqp": "amqp://guest:guest@127.0.0.1:1"}
    scheme = configured.broker_url.partition("://")[0]
    deaf = Crew(configured.model_copy(update={"broker_url": nobody.get(scheme, "memory://")}))
    async with Working(store, configured):
        store.bell = deaf.bell
        await put(store, Chore("a"))
        await until(store, "done")

    assert await names(store) == ["a"]


async def test_a_process_that_starts_does_what_was_left_behind(store, configured):
    await put(store, Chore("a"))

    async with Working(store, configured):
        await until(store, "done", seconds=3)


async def test_a_clean_stop_lets_a_running_job_end(store, configured):
    async with Working(store, configured):
        await put(store, Chore("a", seconds=0.6))
        await until(store, "running")

    (row,) = await chores(store)
    assert (row.state, row.attempts) == ("done", 1)


async def test_a_clean_stop_gives_a_job_back_that_takes_too_long(store, configured):
    hasty = configured.model_copy(update={"shutdown_grace": timedelta(seconds=0.2)})
    begun = time.monotonic()
    async with Working(store, hasty):
        await put(store, Chore("a", seconds=60))
        await until(store, "running")

    (row,) = await chores(store)
    assert (row.state, row.attempts, row.claim) == ("waiting", 0, None)
    assert time.monotonic() - begun < 10


async def test_two_crews_on_one_database_do_each_job_once(store, configured):
    jobs = [Chore(f"{n:02}") for n in range(40)]
    with process(configured):
        async with Working(store, configured):
            await put(store, *jobs)
            found = await until(store, *["done"] * 40, seconds=30)

    assert {row.attempts for row in found} == {1}
    assert await names(store) == [job.name for job in jobs]


async def test_a_crew_whose_database_cannot_be_opened_says_so_and_stops(configured):
    crew = Crew(configured.model_copy(update={"database_url": "postgresql://127.0.0.1:1/nowhere"}))

    with pytest.raises(MiddlewareError):
        await asyncio.to_thread(crew.start)

    crew.stop()
