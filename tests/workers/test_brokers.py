"""One contract for every rung of the broker ladder: in this process, Redis, RabbitMQ."""

import asyncio
import signal
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from dramatiq import worker
from dramatiq.middleware import MiddlewareError

from domain.jobs import BULK, LIVE, ledger
from domain.settings import Settings
from domain.store import Store
from tests import databases
from tests.processes import Command
from tests.services import need
from tests.workers.chores import Chore
from tests.workers.crew_process import PATIENCE, environment_of, process
from tests.workers.rungs import BROKERS, Working, chores, forget_queues, names, put, until
from workers import bell
from workers.crew import Crew
from workers.hands import Hands
from workers.sweeping import Sweeper

pytestmark = pytest.mark.anyio

MIDDAY = datetime(2024, 6, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def asked_again_soon(monkeypatch):
    """Of a broker that is not there, for which nobody waits three seconds, a stop included."""
    monkeypatch.setattr(worker, "CONSUMER_RESTART_DELAY_SECS", 0.1)


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
    forget_queues(request.param, prefix)


@pytest.fixture
async def store(configured, anyio_backend):
    store = Store(configured)
    yield store
    await store.close()


def nobody_at(url: str) -> str:
    """The same kind of broker, where none answers."""
    scheme = url.partition("://")[0]
    nobody = {"redis": "redis://127.0.0.1:1/0", "amqp": "amqp://guest:guest@127.0.0.1:1"}
    return nobody.get(scheme, url)


async def test_a_job_is_done_as_soon_as_it_is_committed(store, configured):
    """By the bell: the next sweep is a long time off."""
    seldom = configured.model_copy(update={"sweep_interval": timedelta(hours=1)})
    async with Working(store, seldom):
        await put(store, Chore("a"), Chore("b"))
        await until(store, "done", "done")

    assert await names(store) == ["a", "b"]


async def test_a_failed_attempt_is_followed_by_another(store, configured, monkeypatch):
    monkeypatch.setattr(ledger, "FIRST_RETRY", timedelta(seconds=0.1))
    async with Working(store, configured):
        await put(store, Chore("a", fails=2))
        (row,) = await until(store, "done")

    assert row.attempts == 3
    assert await names(store) == ["a"]


async def test_a_broker_that_is_down_when_a_job_is_rung_for_loses_nothing(store, configured, monkeypatch):
    monkeypatch.setattr(ledger, "DOORBELL_GRACE", timedelta(seconds=0.2))
    deaf = Crew(configured.model_copy(update={"broker_url": nobody_at(configured.broker_url)}))
    async with Working(store, configured):
        store.bell = deaf.bell
        await put(store, Chore("a"))
        await until(store, "done")

    assert await names(store) == ["a"]


async def test_a_process_that_starts_does_what_was_left_behind(store, configured):
    await put(store, Chore("a"))

    async with Working(store, configured):
        await until(store, "done")


async def test_a_clean_stop_lets_a_running_job_end(store, configured, tmp_path):
    gate = tmp_path / "gate"
    patient = configured.model_copy(update={"shutdown_grace": timedelta(minutes=1)})
    async with Working(store, patient):
        await put(store, Chore("a", gate=str(gate)))
        await until(store, "running")
        asyncio.get_running_loop().call_later(0.2, gate.touch)

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
    assert time.monotonic() - begun < 50, "it was not waited for"


async def test_two_crews_on_one_database_do_each_job_once(store, configured):
    """Nobody's lease runs out meanwhile, however busy the machine is."""
    jobs = [Chore(f"{n:02}") for n in range(40)]
    lasting = configured.model_copy(update={"job_lease": timedelta(minutes=5)})
    with process(configured, GATEWAY_JOB_LEASE="PT5M"):
        async with Working(store, lasting):
            await put(store, *jobs)
            found = await until(store, *["done"] * 40, seconds=30)

    assert {row.attempts for row in found} == {1}
    assert await names(store) == [job.name for job in jobs]


async def test_a_crew_whose_database_cannot_be_opened_says_so_and_stops(configured):
    crew = Crew(configured.model_copy(update={"database_url": "postgresql://127.0.0.1:1/nowhere"}))

    with pytest.raises(MiddlewareError):
        await asyncio.to_thread(crew.start)

    crew.stop()


async def test_a_crew_without_its_broker_finds_its_work_in_the_database(store, configured, tmp_path):
    """Several at once, the urgent first, a failure tried again, and what takes too long given back in the end."""
    alone = configured.model_copy(
        update={
            "broker_url": nobody_at(configured.broker_url),
            "worker_threads": 3,  # of which one is for live work alone
            "shutdown_grace": timedelta(seconds=0.2),
        }
    )
    gate = tmp_path / "gate"
    jobs = [Chore(f"bulk {n}", gate=str(gate)) for n in range(2)]
    await put(store, *jobs, priority=BULK)
    async with Working(store, alone) as crew:
        await until(store, *["running"] * 2)
        gate.touch()
        await until(store, *["done"] * 2)
        await put(store, Chore("long", seconds=60))
        await until(store, *["done"] * 2, "running")
        while crew.busy > 1:  # a job is done a moment before its thread is free
            await asyncio.sleep(0.01)
        assert crew.busy == 1

    assert [row.state for row in await chores(store)] == ["done"] * 2 + ["waiting"]
    assert await names(store) == [job.name for job in jobs]


async def test_what_somebody_waits_for_overtakes_a_bulk_import(store, configured, tmp_path):
    """The thread is busy with the first of the bulk until the other is there; what counts is what it does next."""
    gate = tmp_path / "gate"
    one_thread = configured.model_copy(update={"worker_threads": 1})
    bulk = [Chore(f"bulk {n:02}", seconds=0.05, gate=str(gate)) for n in range(40)]
    async with Working(store, one_thread):
        await put(store, *bulk, priority=BULK)
        while "running" not in [row.state for row in await chores(store)]:
            await asyncio.sleep(0.02)
        await put(store, Chore("live"))
        gate.touch()
        async with asyncio.timeout(60):
            while "live" not in await names(store):
                await asyncio.sleep(0.02)
    ended = sorted((row.finished_at, row.priority) for row in await chores(store) if row.state == "done")
    done_before = [priority for _, priority in ended].index(LIVE)

    assert done_before < 30


@pytest.mark.parametrize("reachable", [True, False])
async def test_bulk_that_takes_for_ever_leaves_room_for_what_somebody_waits_for(store, configured, reachable):
    three_hands = {
        "broker_url": configured.broker_url if reachable else nobody_at(configured.broker_url),
        "worker_threads": 3,
        "shutdown_grace": timedelta(seconds=0.2),
        "job_lease": timedelta(minutes=5),
    }
    await put(store, *(Chore(f"bulk {n}", seconds=600) for n in range(6)), priority=BULK)
    async with Working(store, configured.model_copy(update=three_hands)):
        while [row.state for row in await chores(store)].count("running") < 2:
            await asyncio.sleep(0.02)
        for n in range(3):
            await put(store, Chore(f"live {n}"))
            async with asyncio.timeout(30):
                while f"live {n}" not in await names(store):
                    await asyncio.sleep(0.02)
        assert [row.state for row in await chores(store)].count("running") == 2

    assert [row.state for row in await chores(store)] == ["waiting"] * 6 + ["done"] * 3


async def test_a_queue_that_nobody_empties_does_not_grow_with_every_sweep(store, configured, monkeypatch):
    monkeypatch.setattr(bell, "BACKLOG", 100)
    minutes = iter(range(1000))
    store.clock = lambda: MIDDAY + timedelta(minutes=next(minutes))
    idle = Crew(configured)
    await put(store, *(Chore(f"{n}") for n in range(110)), priority=BULK)
    store.bell = idle.bell
    sweeper = Sweeper(store, idle.bell, Hands(store, 1))
    roomy = []
    for _ in range(4):
        roomy.append(await idle.bell.lanes_with_room())
        await sweeper.once()
    roomy.append(await idle.bell.lanes_with_room())
    await asyncio.to_thread(idle.stop)

    assert roomy[0] == (LIVE, BULK)
    assert set(roomy[2:]) == {(LIVE,)}


async def test_jobs_of_a_process_killed_in_the_middle_are_done_once_by_the_next(store, configured, tmp_path):
    gate = tmp_path / "gate"
    jobs = [Chore(f"{n:02}", gate=str(gate) if n >= 10 else "") for n in range(30)]
    teller = Crew(configured)
    store.bell = teller.bell
    with process(configured) as running:
        await put(store, *jobs)
        while not await names(store):
            await asyncio.sleep(0.02)
        running.send_signal(signal.SIGKILL)
        await asyncio.to_thread(running.wait, PATIENCE)
    await asyncio.to_thread(teller.stop)
    assert {"done", "waiting"} <= {row.state for row in await chores(store)}
    gate.touch()

    async with Working(store, configured):
        await until(store, *["done"] * 30, seconds=20)
    assert await names(store) == [job.name for job in jobs]


async def test_a_worker_that_is_told_to_stop_gives_its_job_back_and_says_nothing_odd(store, configured):
    """Ctrl-C here, SIGTERM where a supervisor runs it."""
    told = signal.SIGINT if configured.broker_url == BROKERS["memory"] else signal.SIGTERM
    running = Command("worker", environment=environment_of(configured) | {"GATEWAY_SHUTDOWN_GRACE": "PT0.2S"})
    try:
        await put(store, Chore("a", seconds=60))
        await until(store, "running")
        running.send_signal(told)
        _, said = await asyncio.to_thread(running.communicate, PATIENCE)
    finally:
        running.kill()

    (row,) = await chores(store)
    assert (row.state, row.attempts, row.claim) == ("waiting", 0, None)
    assert running.returncode == 0
    assert "Traceback" not in said, said
