"""Doing what waits right here, without a broker: for the command line, where somebody watches."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import workers.fit
import workers.mailing
import workers.pruning
import workers.scoring  # noqa: F401  the imports declare the handlers
from domain.jobs import ledger
from domain.jobs.tasks import carry_out
from domain.store import Store
from domain.viewer import SYSTEM
from workers.registry import HANDLERS

POLL = 0.2

Progress = Callable[[int, int], None]


async def drain(store: Store, progress: Progress) -> None:
    """Carry out jobs until none is due; `progress` hears how many are done and how many wait.

    Jobs that another process holds are waited for; those that failed and wait for a later try are left to it.
    """
    done = 0
    while True:
        async with store.writing(SYSTEM) as unit:
            rings = await ledger.sweep(unit, again_after=timedelta(0))
        for ring in rings:
            await carry_out(store, ring, HANDLERS[ring.kind])
            done += 1
            progress(done, await _left(store))
        if not rings and not await _left(store):
            return
        if not rings:
            await asyncio.sleep(POLL)


async def _left(store: Store) -> int:
    async with store.reading(SYSTEM) as unit:
        return await ledger.count_due(unit)
