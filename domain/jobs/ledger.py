"""The job ledger: claim, finish, fail and sweep. The database is the truth, the broker a doorbell."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from pydantic import ValidationError
from sqlalchemy import ColumnElement, Select, and_, delete, false, func, or_, update
from sqlmodel import col

from domain.errors import Unavailable
from domain.inserting import insert_unless_there
from domain.jobs import BULK, LIVE, Cause, Claim, Job, JobRecord, JobState, Ring, record_of
from domain.jobs.problems import DIED, UNREADABLE, described, problem_of
from domain.sql import select
from domain.unit import Unit

FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(minutes=30)
DOORBELL_GRACE = timedelta(seconds=2)
RING_AGAIN = timedelta(seconds=60)
SWEEP_SIZE = 500
LANES = (LIVE, BULK)
PERIODIC = UUID("6f9f3c1e-6f0d-4f0e-9d5c-3f1c6f1b7a10")

Periodic = Mapping[type[Job], timedelta]

_id, _state, _due = col(JobRecord.id), col(JobRecord.state), col(JobRecord.due_at)
_lease, _rung = col(JobRecord.lease_until), col(JobRecord.rung_at)
_CLAIMED = (
    JobRecord.kind, JobRecord.arguments, JobRecord.attempts, JobRecord.organization_id, JobRecord.priority,
)  # fmt: skip
_priority = col(JobRecord.priority)


class LostClaimError(Exception):
    """The lease ran out and another worker holds the job now: this attempt must leave nothing behind."""


class GivingUpError(Exception):
    """What a job leaves behind when it is given up could not be written."""


async def claim(unit: Unit, job_id: UUID, *, bare: bool = False) -> Claim | None:
    """Take a job that waits and is due, or whose holder is gone; None when there is nothing to do.

    Raises GivingUpError, unless it is `bare`: then a job that is given up leaves nothing behind.
    """
    claim_id = uuid4()
    free = or_(
        and_(_state == JobState.WAITING, _due <= unit.now),
        and_(_state == JobState.RUNNING, _lease < unit.now),
    )
    statement = (
        update(JobRecord)
        .where(_id == job_id, _known(), free)
        .values(
            state=JobState.RUNNING,
            claim=claim_id,
            attempts=JobRecord.attempts + 1,
            lease_until=unit.now + unit.settings.job_lease,
            rung_at=None,
        )
        .returning(*(col(column) for column in _CLAIMED))
    )
    if (row := await unit.row(statement)) is None:
        return None
    cause = Cause(row.organization_id, row.priority)
    try:
        taken = Claim(job_id, Job.restored(row.kind, row.arguments), row.attempts, claim_id, cause)
    except ValidationError as error:
        await _leave(unit, job_id, row.attempts, f"This version cannot read it: {described(error)}")
        return None
    if taken.attempt > taken.job.max_attempts:
        await _bury(unit, job_id, "The worker died in every attempt", DIED)
        await _leave_behind(unit, taken.job, bare=bare)
        return None
    return taken


async def renew(unit: Unit, claim: Claim) -> bool:
    """Push the lease of a running job further; False when the claim is lost."""
    return await _change(unit, claim, lease_until=unit.now + unit.settings.job_lease)


async def finish(unit: Unit, claim: Claim) -> None:
    """Mark the job done, in the same commit as its work."""
    if not await _change(
        unit,
        claim,
        state=JobState.DONE,
        finished_at=unit.now,
        lease_until=None,
        claim=None,
        last_error=None,
        problem=None,
    ):
        raise LostClaimError(str(claim.job_id))


async def give_back(unit: Unit, claim: Claim, after: timedelta = timedelta(0)) -> None:
    """A worker that shuts down, or lost its database, returns its job as if it had never begun."""
    await _change(
        unit,
        claim,
        state=JobState.WAITING,
        attempts=claim.attempt - 1,
        lease_until=None,
        claim=None,
        due_at=unit.now + after,
    )


async def fail(unit: Unit, claim: Claim, error: BaseException, *, bare: bool = False) -> timedelta | None:
    """Record a failed attempt; when to try again, or None when the job is a dead letter now.

    Raises GivingUpError, as `claim` does.
    """
    told = {"last_error": described(error), "problem": problem_of(error), "lease_until": None, "claim": None}
    if claim.last_attempt:
        if await _change(unit, claim, state=JobState.FAILED, finished_at=unit.now, **told):
            await _leave_behind(unit, claim.job, bare=bare)
        return None
    delay = backoff(claim.attempt)
    due = unit.now + delay
    await _change(unit, claim, state=JobState.WAITING, due_at=due, rung_at=due, **told)
    return delay


@dataclass(frozen=True)
class Search:
    """Which jobs a sweep takes: those of these lanes that the broker seems to have forgotten.

    `again_after`: how long it is trusted to remember a ring. `since`: what it was told before then, it does not know.
    `kinds`: of these alone, if any are named.
    """

    lanes: tuple[int, ...] = LANES
    again_after: timedelta = RING_AGAIN
    since: datetime | None = None
    limit: int = SWEEP_SIZE
    kinds: frozenset[str] | None = None


EVERYTHING = Search(again_after=timedelta(0))


async def anything_left(unit: Unit, periodic: Periodic, search: Search = Search()) -> bool:
    """Whether `schedule` or `sweep` would find something to do: a look that takes no write lock."""
    if await unit.row(_left_alone(unit, search).limit(1)):
        return True
    ids = [_periodic_id(unit, kind, every) for kind, every in periodic.items()]
    there = await unit.value(select(func.count()).select_from(JobRecord).where(_id.in_(ids)))
    return bool(there < len(ids))


async def schedule(unit: Unit, periodic: Periodic) -> None:
    """Put down this period's periodic jobs; whichever process comes first does it for all."""
    for kind, every in periodic.items():
        record = record_of(kind(), unit.now)
        record.id = _periodic_id(unit, kind, every)
        if await insert_unless_there(unit, record):
            unit.rings.append(Ring(record.id, record.kind, record.priority))


async def sweep(unit: Unit, search: Search = Search()) -> Sequence[Ring]:
    """Jobs that nobody works on although they are due: left by a crash, delayed, or never heard of by the broker.

    Sweepers at once take different jobs; kinds that only a newer version knows are left to it.
    """
    due = _left_alone(unit, search).limit(search.limit).with_for_update(skip_locked=True).cte()
    ring = update(JobRecord).where(_id.in_(select(due.c.id))).values(rung_at=unit.now)
    found = await unit.rows(ring.returning(_id, col(JobRecord.kind), _priority, _due))
    urgent_first = sorted(found, key=lambda row: (row.priority, row.due_at))
    return [Ring(row.id, row.kind, row.priority) for row in urgent_first]


async def count_due(unit: Unit, kinds: frozenset[str] | None = None) -> int:
    """How many jobs, of these kinds or of all, wait or run that this version could do now."""
    is_open = _state.in_((JobState.WAITING, JobState.RUNNING))
    due = select(func.count()).select_from(JobRecord).where(_known(kinds), is_open, _due <= unit.now)
    return int(await unit.value(due))


def lane_of(priority: int) -> int:
    """Jobs queue in two lanes, so that none that somebody waits for stands behind a bulk import."""
    return LIVE if priority < BULK else BULK


async def open_arguments(unit: Unit, kind: type[Job]) -> list[dict[str, Any]]:
    """What the jobs of a kind that wait or run are about."""
    is_open = _state.in_((JobState.WAITING, JobState.RUNNING))
    of_kind = col(JobRecord.kind) == kind.__name__
    return [row.arguments for row in await unit.rows(select(JobRecord.arguments).where(of_kind, is_open))]


def _left_alone(unit: Unit, search: Search) -> Select[Any]:
    told = unit.now - search.again_after
    heard_of = unit.now - min(DOORBELL_GRACE, search.again_after)
    if search.since:
        told, heard_of = max(told, search.since), max(heard_of, search.since)
    waiting = and_(_state == JobState.WAITING, _due <= heard_of)
    abandoned = and_(_state == JobState.RUNNING, _lease < unit.now)
    silent = or_(_rung.is_(None), _rung <= told)
    in_lanes = [_priority < BULK if lane == LIVE else _priority >= BULK for lane in search.lanes]
    left = select(_id).where(_known(search.kinds), or_(waiting, abandoned), silent, or_(false(), *in_lanes))
    return left.order_by(_priority, _due)


def _periodic_id(unit: Unit, kind: type[Job], every: timedelta) -> UUID:
    """One id for each period, the same in every process."""
    return uuid5(PERIODIC, f"{kind.__name__} {int(unit.now.timestamp() // every.total_seconds())}")


async def prune(unit: Unit) -> None:
    """Forget jobs that were done long ago; dead letters stay until somebody looks."""
    old = unit.now - unit.settings.job_history
    await unit.change(delete(JobRecord).where(_state == JobState.DONE, col(JobRecord.finished_at) < old))


def backoff(attempt: int) -> timedelta:
    """Doubling from five seconds to half an hour, spread by up to a quarter so that failures do not return together."""
    plain: timedelta = min(FIRST_RETRY * 2 ** (attempt - 1), LONGEST_RETRY)
    return plain * random.uniform(1, 1.25)  # noqa: S311  spreading load, not guarding secrets


def _known(kinds: frozenset[str] | None = None) -> ColumnElement[bool]:
    """While a new version is rolled out, an old process must not touch what it has never heard of."""
    return col(JobRecord.kind).in_(Job.kinds if kinds is None else kinds & Job.kinds.keys())


async def _leave(unit: Unit, job_id: UUID, attempts: int, why: str) -> None:
    """Perhaps another version can read it; after as many tries as any job gets, nobody can."""
    if attempts >= Job.max_attempts:
        await _bury(unit, job_id, why, UNREADABLE)
        return
    waiting = {"state": JobState.WAITING, "due_at": unit.now + backoff(attempts)}
    released = (
        update(JobRecord)
        .where(_id == job_id)
        .values(lease_until=None, claim=None, last_error=why, problem=UNREADABLE, **waiting)
    )
    await unit.change(released)


async def _leave_behind(unit: Unit, job: Job, *, bare: bool) -> None:
    if bare:
        return
    try:
        await job.given_up(unit)
    except Unavailable:
        raise
    except Exception as error:
        raise GivingUpError(job.kind) from error


async def _bury(unit: Unit, job_id: UUID, why: str, problem: str) -> None:
    told = {
        "last_error": why,
        "problem": problem,
        "finished_at": unit.now,
        "lease_until": None,
        "claim": None,
    }
    await unit.change(update(JobRecord).where(_id == job_id).values(state=JobState.FAILED, **told))


async def _change(unit: Unit, held: Claim, /, **values: Any) -> bool:
    mine = update(JobRecord).where(
        _id == held.job_id, _state == JobState.RUNNING, col(JobRecord.claim) == held.id
    )
    return await unit.change(mine.values(**values)) == 1
