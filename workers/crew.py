"""The workers of this process: a broker, its threads, a store on their event loop, and the sweep."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

import dramatiq
import structlog
from dramatiq import Actor, Broker, Worker
from dramatiq.asyncio import EventLoopThread, get_event_loop_thread
from dramatiq.middleware import Middleware, MiddlewareError

import workers.fit
import workers.mailing
import workers.pruning
import workers.scoring  # noqa: F401  the imports declare the handlers
from domain.jobs import Job, PruneJobs, Ring, ledger
from domain.jobs.tasks import carry_out
from domain.pai import FindDaysBegun
from domain.settings import Settings
from domain.store import Store
from domain.viewer import SYSTEM
from workers.broker import MEMORY, NEVER_GIVE_UP, Bell, broker_for, scheme_of
from workers.registry import HANDLERS

POLL = 0.05
GIVING_BACK_MS = 5000
BACKSTOP = timedelta(minutes=1)
PERIODIC: dict[type[Job], timedelta] = {FindDaysBegun: timedelta(minutes=15), PruneJobs: timedelta(days=1)}

log = structlog.get_logger(__name__)


class Crew:
    """Start it to work; ring its bell to wake it. Without `start` it can still ring a broker that others serve."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._broker = broker_for(settings)
        self._actors = {kind: self._actor(kind) for kind in HANDLERS}
        self._worker: Worker | None = None
        self._store: Store | None = None
        self._sweeping: asyncio.Task[None] | None = None
        self._busy = 0
        self.bell = Bell(self._actors, in_process=scheme_of(settings) == MEMORY)
        self._broker.add_middleware(Housekeeping(self))

    def start(self) -> None:
        """Raises MiddlewareError when the database cannot be opened; nothing of the crew is left running then."""
        self._worker = Worker(self._broker, worker_threads=self.settings.worker_threads, worker_timeout=100)
        try:
            self._worker.start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Let running jobs end within the grace time; the others are given back to the ledger."""
        if self._worker is not None:
            for thread in self._worker.workers:
                thread.pause()
            deadline = time.monotonic() + self.settings.shutdown_grace.total_seconds()
            while self._busy and time.monotonic() < deadline:
                time.sleep(POLL)
            self._worker.stop(timeout=GIVING_BACK_MS)
            self._worker = None
        self._broker.close()

    def _actor(self, kind: str) -> Actor[Any, Any]:
        async def deliver(job_id: str) -> None:
            assert self._store is not None, "opened before the first message is consumed"  # noqa: S101
            self._busy += 1
            try:
                delay = await carry_out(self._store, Ring(UUID(job_id), kind), HANDLERS[kind])
            finally:
                self._busy -= 1
            if delay is not None:
                raise dramatiq.Retry(kind, delay=int(delay.total_seconds() * 1000))

        job = Job.kinds[kind]
        declare: Any = dramatiq.actor
        actor: Actor[Any, Any] = declare(
            deliver,
            actor_name=kind,
            broker=self._broker,
            queue_name=self.settings.queue_prefix,
            priority=job.priority,
            max_retries=NEVER_GIVE_UP,
            time_limit=int((job.time_limit + BACKSTOP).total_seconds() * 1000),
        )
        return actor

    async def open(self) -> None:
        self._store = Store(self.settings, bell=self.bell)
        await self._store.open()
        self._sweeping = asyncio.create_task(self._sweep(self._store))

    async def close(self) -> None:
        if self._sweeping is not None:
            self._sweeping.cancel()
            with suppress(asyncio.CancelledError):
                await self._sweeping
        if self._store is not None:
            await self._store.close()

    async def _sweep(self, store: Store) -> None:
        """Ring for what nobody works on: all of it when a process starts, then whatever was left alone."""
        again_after = timedelta(0)
        while True:
            try:
                again_after = await self._sweep_once(store, again_after)
            except Exception as error:  # noqa: BLE001  a database that is away for a while comes back
                log.warning("sweep_failed", error=type(error).__name__)
            await asyncio.sleep(self.settings.sweep_interval.total_seconds())

    async def _sweep_once(self, store: Store, again_after: timedelta) -> timedelta:
        async with store.reading(SYSTEM) as unit:
            needed = await ledger.anything_left(unit, PERIODIC, again_after=again_after)
        if needed:
            async with store.writing(SYSTEM) as unit:
                await ledger.schedule(unit, PERIODIC)
                unit.rings.extend(await ledger.sweep(unit, again_after=again_after))
                full = len(unit.rings) >= ledger.SWEEP_SIZE
            return again_after if full else ledger.RING_AGAIN
        return ledger.RING_AGAIN


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
