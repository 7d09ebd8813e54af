"""One attempt at a job: units to read in, and one to finish in, whose commit marks the job done."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import timedelta
from functools import partial
from typing import TypeVar

import structlog

from domain.errors import Unavailable
from domain.jobs import Claim, Job, Ring, ledger
from domain.store import Store
from domain.unit import Unit
from domain.viewer import SYSTEM

log = structlog.get_logger(__name__)

AnyJob = TypeVar("AnyJob", bound=Job)
Result = TypeVar("Result")


class Task:
    def __init__(self, store: Store, claim: Claim) -> None:
        self._store = store
        self._claim = claim
        self.finished = False

    @property
    def last_attempt(self) -> bool:
        return self._claim.last_attempt

    def reading(self) -> AbstractAsyncContextManager[Unit]:
        return self._store.reading(SYSTEM)

    @asynccontextmanager
    async def finishing(self) -> AsyncIterator[Unit]:
        """The one unit that changes anything: its work and the job's end are a single commit, or neither happens."""
        async with self._store.writing(SYSTEM, cause=self._claim.cause) as unit:
            await ledger.finish(unit, self._claim)
            yield unit
        self.finished = True


Handler = Callable[[Task, AnyJob], Awaitable[None]]


async def carry_out(store: Store, ring: Ring, handler: Handler[Job]) -> timedelta | None:
    """Do a job once if it waits; when to try again, or None when there is nothing left to do.

    Raises whatever cancels it, after giving the job back.
    """
    claim = await _buried_at_least(store, partial(ledger.claim, job_id=ring.job_id))
    if claim is None:
        return None
    heartbeat = asyncio.create_task(_keep_alive(store, claim))
    try:
        return await _attempt(store, claim, handler)
    except asyncio.CancelledError:
        async with store.writing(SYSTEM) as unit:
            await ledger.give_back(unit, claim)
        raise
    finally:
        heartbeat.cancel()
        await asyncio.wait([heartbeat])


async def _attempt(store: Store, claim: Claim, handler: Handler[Job]) -> timedelta | None:
    task = Task(store, claim)
    try:
        async with asyncio.timeout(claim.job.time_limit.total_seconds()):
            await handler(task, claim.job)
        if not task.finished:
            async with task.finishing():
                pass
    except ledger.LostClaimError:
        return None
    except Unavailable:
        return await _put_off(store, claim)
    except Exception as error:  # whatever went wrong belongs in the ledger, and the worker lives on
        log.exception("job_failed", job_id=str(claim.job_id), kind=claim.job.kind, attempt=claim.attempt)
        return await _buried_at_least(store, partial(ledger.fail, claim=claim, error=error))
    return None


async def _buried_at_least(store: Store, step: Callable[..., Awaitable[Result]]) -> Result:
    """What a given-up job leaves behind is in the commit that buries it; where it cannot be, that must not keep
    the job alive.
    """
    try:
        async with store.writing(SYSTEM) as unit:
            return await step(unit)
    except ledger.GivingUpError as error:
        log.exception("giving_up_failed", kind=str(error))
    async with store.writing(SYSTEM) as unit:
        return await step(unit, bare=True)


async def _put_off(store: Store, claim: Claim) -> timedelta:
    """A database that was away for a moment is no failure of the job's: the attempt does not count."""
    delay = ledger.backoff(1)
    async with store.writing(SYSTEM) as unit:
        await ledger.give_back(unit, claim, delay)
    return delay


async def _keep_alive(store: Store, claim: Claim) -> None:
    """Push the lease on while the job runs, so that only a dead worker's lease runs out.

    A beat that fails, for whatever reason, is made up for by the next: the lease holds for three.
    """
    while True:
        await asyncio.sleep(store.settings.job_lease.total_seconds() / 3)
        with suppress(Exception):
            async with store.writing(SYSTEM) as unit:
                if not await ledger.renew(unit, claim):
                    return
