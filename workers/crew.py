"""The workers of this process: a broker, its threads, a store on their event loop, and the sweep."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

import dramatiq
from dramatiq import Actor, Broker, Worker
from dramatiq.asyncio import EventLoopThread, async_to_sync, get_event_loop_thread
from dramatiq.middleware import Middleware, MiddlewareError, Shutdown

import workers.handlers  # noqa: F401  declares them
from domain.errors import Unavailable
from domain.jobs import Job, Ring
from domain.jobs.tasks import carry_out
from domain.settings import Settings
from domain.store import Store
from workers.bell import Bell
from workers.broker import LANES, NEVER_GIVE_UP, broker_for, queue_of
from workers.hands import Hands
from workers.lanes import Lanes
from workers.news import News
from workers.registry import HANDLERS
from workers.sweeping import Sweeper

POLL = 0.05
GIVING_BACK_MS = 5000
BACKSTOP = timedelta(minutes=1)


class Crew:
    """Start it to work; ring its bell to wake it. Without `start` it can still ring a broker that others serve."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._broker = broker_for(settings)
        self.bell = Bell(self._broker, {lane: self._actor(lane) for lane in LANES})
        self.news = News(settings)
        self._lanes = Lanes(settings.worker_threads)
        self._worker: Worker | None = None
        self._store: Store | None = None
        self._hands: Hands | None = None
        self._sweeping: asyncio.Task[None] | None = None
        self._delivering = 0
        self.done = 0
        self._broker.add_middleware(Housekeeping(self))

    @property
    def busy(self) -> int:
        """How many jobs are being carried out."""
        return self._delivering + (self._hands.busy if self._hands else 0)

    def start(self) -> None:
        """Raises MiddlewareError when the database cannot be opened; nothing of the crew is left running then."""
        self._worker = Worker(self._broker, worker_threads=self.settings.worker_threads, worker_timeout=100)
        self._worker.work_queue = self._lanes
        try:
            self._worker.start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Let running jobs end within the grace time; the others are given back to the ledger."""
        if self._worker is not None:
            if self._hands is not None:
                self._hands.rest()
            for thread in self._worker.workers:
                thread.pause()
            deadline = time.monotonic() + self.settings.shutdown_grace.total_seconds()
            while self.busy and time.monotonic() < deadline:
                time.sleep(POLL)
            self._lanes.open_up()
            self._worker.stop(timeout=GIVING_BACK_MS)
            self._worker = None
        self.bell.close()
        self.news.close()
        self._broker.close()

    def _actor(self, lane: int) -> Actor[Any, Any]:
        attempt = async_to_sync(self._carry_out)

        def deliver(job_id: str, kind: str) -> None:
            delay = None
            with suppress(Shutdown):  # the ledger has the job back already, and the sweep finds it there
                delay = attempt(Ring(UUID(job_id), kind))
            if delay is not None:
                raise dramatiq.Retry(kind, delay=int(delay.total_seconds() * 1000))

        longest = max(job.time_limit for job in Job.kinds.values())
        declare: Any = dramatiq.actor
        actor: Actor[Any, Any] = declare(
            deliver,
            actor_name=LANES[lane],
            broker=self._broker,
            queue_name=queue_of(self.settings, lane),
            priority=lane,
            max_retries=NEVER_GIVE_UP,
            time_limit=int((longest + BACKSTOP).total_seconds() * 1000),
        )
        return actor

    async def _carry_out(self, ring: Ring) -> timedelta | None:
        """When to try again, or None when there is nothing left to do."""
        assert self._store is not None, "opened before the first message is consumed"  # noqa: S101
        if ring.kind not in HANDLERS:
            return None  # a newer version's, which sweeps for it
        self._delivering += 1
        try:
            return await carry_out(self._store, ring, HANDLERS[ring.kind])
        except Unavailable as error:
            return timedelta(seconds=error.retry_after)
        finally:
            self._delivering -= 1
            self.done += 1

    async def open(self) -> None:
        self._store = Store(self.settings, bell=self.bell, herald=self.news.tell)
        await self._store.open()
        self._hands = Hands(self._store, self.settings.worker_threads)
        self._sweeping = asyncio.create_task(Sweeper(self._store, self.bell, self._hands).run())

    async def close(self) -> None:
        if self._sweeping is not None:
            self._sweeping.cancel()
            with suppress(asyncio.CancelledError):
                await self._sweeping
        if self._hands is not None:
            await self._hands.give_back()
        if self._store is not None:
            await self._store.close()


class Housekeeping(Middleware):
    """Opens the crew's store on the workers' event loop before the first job, and closes it after the last."""

    def __init__(self, crew: Crew) -> None:
        self._crew = crew

    def before_worker_boot(self, broker: Broker, worker: Worker) -> None:
        del broker, worker
        try:
            self._run(self._crew.open)
        except Exception as error:
            raise MiddlewareError(
                "The crew's store cannot be opened"
            ) from error  # dramatiq swallows all others

    def after_worker_shutdown(self, broker: Broker, worker: Worker) -> None:
        del broker, worker
        self._run(self._crew.close)

    @staticmethod
    def _run(step: Callable[[], Awaitable[None]]) -> None:
        loop: EventLoopThread | None = get_event_loop_thread()
        assert loop is not None, "the AsyncIO middleware comes first"  # noqa: S101
        loop.run_coroutine(step())
