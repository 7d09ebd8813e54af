"""Doing what waits right here, one job after the other: for the command line, where somebody watches."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

import workers.handlers  # noqa: F401  declares them
from domain.fit_files import IngestFit
from domain.jobs import Job, ledger
from domain.jobs.tasks import carry_out
from domain.mailing.directory import ForgetMail
from domain.moving import MoveDays, MoveDaysBacklog
from domain.pai import ScorePai, ScorePaiBacklog
from domain.personal_data.exports import ExportPerson
from domain.recalculation import Rescore
from domain.reprocessing import ReadAgain
from domain.store import Store
from domain.training_days import BalanceLoads
from domain.viewer import SYSTEM
from domain.vo2max import EstimateVo2Max, EstimateVo2MaxBacklog
from workers.registry import HANDLERS

POLL = 0.2
AT_ONCE = 10
"""So few are taken from the ledger together that what is urgent never waits for long."""


def _named(*kinds: type[Job]) -> frozenset[str]:
    return frozenset(kind.__name__ for kind in kinds)


SCORING = _named(
    Rescore,
    MoveDays,
    MoveDaysBacklog,
    ScorePai,
    ScorePaiBacklog,
    EstimateVo2Max,
    EstimateVo2MaxBacklog,
    BalanceLoads,
)
READING = SCORING | _named(IngestFit)
READING_AGAIN = SCORING | _named(ReadAgain)
EXPORTING = _named(ExportPerson)
FORGETTING = _named(ForgetMail)
"""What a command asks for, and what that causes; what others are told of it is left to the workers."""

Progress = Callable[[int, int], None]


async def jobs_left(store: Store, kinds: frozenset[str] | None = None) -> int:
    async with store.reading(SYSTEM) as unit:
        return await ledger.count_due(unit, kinds)


async def drain(
    store: Store,
    progress: Progress,
    left: Callable[[Store], Awaitable[int]] | None = None,
    kinds: frozenset[str] | None = None,
) -> None:
    """Carry out jobs, of these kinds or of all, until none is due.

    `progress` hears how many are done and how much is `left`: as many as are due, unless said otherwise.
    Jobs that another process holds are waited for; those that failed and wait for a later try are left to it.
    """
    done = 0
    left = left or partial(jobs_left, kinds=kinds)
    search = replace(ledger.EVERYTHING, limit=AT_ONCE, kinds=kinds)
    while True:
        async with store.writing(SYSTEM) as unit:
            rings = await ledger.sweep(unit, search)
        for ring in rings:
            await carry_out(store, ring, HANDLERS[ring.kind])
            done += 1
            progress(done, await left(store))
        if not rings and not await jobs_left(store, kinds):
            return
        if not rings:
            await asyncio.sleep(POLL)
