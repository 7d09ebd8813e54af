"""Doing what waits right here, without a broker: a few jobs at once, the urgent and then the oldest first."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import structlog

from domain.jobs import BULK, LIVE, Ring, ledger
from domain.jobs.tasks import carry_out
from domain.store import Store
from domain.unit import Unit
from domain.viewer import SYSTEM
from workers.lanes import most_bulk
from workers.registry import HANDLERS

log = structlog.get_logger(__name__)


class Hands:
    def __init__(self, store: Store, count: int) -> None:
        self._store = store
        self._count = count
        self._at_work: dict[UUID, asyncio.Task[None]] = {}
        self._bulk_at_work: set[UUID] = set()
        self._resting = False

    @property
    def busy(self) -> int:
        return len(self._at_work)

    async def work_for(self, seconds: float) -> None:
        """Take a job whenever one is due and a hand is free; what was begun goes on after that time."""
        deadline = time.monotonic() + seconds
        while not self._resting and (left := deadline - time.monotonic()) > 0:
            await self._take()
            if self._at_work:
                await asyncio.wait(self._at_work.values(), timeout=left, return_when=asyncio.FIRST_COMPLETED)
            else:
                await asyncio.sleep(left)

    def rest(self) -> None:
        """Take no more."""
        self._resting = True

    async def give_back(self) -> None:
        """What is still at work goes back to the ledger."""
        self.rest()
        at_work = list(self._at_work.values())
        for task in at_work:
            task.cancel()
        await asyncio.gather(*at_work, return_exceptions=True)

    async def _take(self) -> None:
        free = self._count - len(self._at_work)
        if not free:
            return
        room = most_bulk(self._count) - len(self._bulk_at_work)
        async with self._store.writing(SYSTEM) as unit:
            rings = list(await _found(unit, LIVE, free))
            rings += await _found(unit, BULK, min(free - len(rings), room))
        for ring in rings:
            if ring.job_id not in self._at_work:
                self._at_work[ring.job_id] = asyncio.create_task(self._carry_out(ring))
                if ring.priority >= BULK:
                    self._bulk_at_work.add(ring.job_id)

    async def _carry_out(self, ring: Ring) -> None:
        try:
            await carry_out(self._store, ring, HANDLERS[ring.kind])
        except Exception as error:  # noqa: BLE001  its lease runs out, and it is found again
            log.warning("job_interrupted", job_id=str(ring.job_id), error=type(error).__name__)
        finally:
            del self._at_work[ring.job_id]
            self._bulk_at_work.discard(ring.job_id)


async def _found(unit: Unit, lane: int, limit: int) -> Sequence[Ring]:
    return await ledger.sweep(unit, replace(ledger.EVERYTHING, lanes=(lane,), limit=limit)) if limit else ()
