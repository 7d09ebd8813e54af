"""Doing what waits right here, one job after the other: for the command line, where somebody watches."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import workers.handlers  # noqa: F401  declares them
from domain.jobs import ledger
from domain.jobs.tasks import carry_out
from domain.store import Store
from domain.viewer import SYSTEM
from workers.registry import HANDLERS

POLL = 0.2
AT_ONCE = 10
"""So few are taken from the ledger together that what is urgent never waits for long."""

Progress = Callable[[int, int], None]


async def jobs_left(store: Store) -> int:
    async with store.reading(SYSTEM) as unit:
        return await ledger.count_due(unit)


async def drain(
    store: Store, progress: Progress, left: Callable[[Store], Awaitable[int]] = jobs_left
) -> None:
    """Carry out jobs until none is due; `progress` hears how many are done and how much is `left`.

    Jobs that another process holds are waited for; those that failed and wait for a later try are left to it.
    """
    done = 0
    while True:
        async with store.writing(SYSTEM) as unit:
            rings = await ledger.sweep(unit, replace(ledger.EVERYTHING, limit=AT_ONCE))
        for ring in rings:
            await carry_out(store, ring, HANDLERS[ring.kind])
            done += 1
            progress(done, await left(store))
        if not rings and not await jobs_left(store):
            return
        if not rings:
            await asyncio.sleep(POLL)
