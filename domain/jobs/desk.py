"""Where people look into the ledger: list, explain, count, and give a dead letter another try."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import ColumnElement, Row, func, update
from sqlmodel import col

from domain.errors import Conflict, NotFound
from domain.jobs import Job, JobRecord, JobState, Ring
from domain.listing import Aggregate, Columns
from domain.listing.compilation import clause
from domain.listing.filters import Filter
from domain.sql import select
from domain.unit import Unit
from domain.viewer import Scope
from domain.visibility import of_organizations

RETRIED_AT_ONCE = 500
COLUMNS: Columns = {
    name: getattr(JobRecord, name) for name in JobRecord.model_fields if name not in {"rung_at", "claim"}
}
EXPLAINED = frozenset(
    {"state", "attempts", "max_attempts", "problem", "due_at", "lease_until", "finished_at"}
)
"""The columns that `explanation` reads."""


def visible_to(unit: Unit) -> ColumnElement[bool]:
    """Administrators see what is done for their organization; what serves all is the operator's."""
    return of_organizations(unit, organization=col(JobRecord.organization_id))


JOBS = Aggregate("No such job", Scope.JOBS_READ, COLUMNS, visible_to)
list_jobs, get_job = JOBS.page, JOBS.got


async def counts(unit: Unit) -> Sequence[Row[Any]]:
    """How many jobs of each kind are in each state, and since when the oldest of them is due."""
    unit.viewer.require(Scope.JOBS_READ)
    kind, state = col(JobRecord.kind), col(JobRecord.state)
    figures = func.count().label("jobs"), func.min(JobRecord.due_at).label("oldest_due")
    counted = select(kind, state, *figures).where(visible_to(unit)).group_by(kind, state)
    return await unit.rows(counted.order_by(kind, state))


async def retry(unit: Unit, job_id: UUID) -> None:
    """Give a dead letter a fresh set of attempts."""
    unit.viewer.require(Scope.JOBS_WRITE)
    record = await unit.entity(JobRecord, visible_to(unit), col(JobRecord.id) == job_id)
    if record is None:
        raise NotFound("No such job")
    if record.state != JobState.FAILED:
        raise Conflict(f"Only a failed job can be retried; this one is {record.state}")
    record.sqlmodel_update(_fresh(unit))
    await unit.flush()
    unit.rings.append(Ring(record.id, record.kind, record.priority))


async def retry_failed(unit: Unit, which: Filter | None = None) -> int:
    """Give the dead letters among them fresh attempts, the oldest first and so many at once; how many there were."""
    unit.viewer.require(Scope.JOBS_WRITE)
    failed = [visible_to(unit), col(JobRecord.state) == JobState.FAILED]
    if which is not None:
        failed.append(clause(which, COLUMNS))
    oldest = select(JobRecord.id).where(*failed).order_by(col(JobRecord.finished_at), col(JobRecord.id))
    taken = oldest.limit(RETRIED_AT_ONCE).with_for_update(skip_locked=True).cte()
    again = update(JobRecord).where(col(JobRecord.id).in_(select(taken.c.id))).values(**_fresh(unit))
    rows = await unit.rows(
        again.returning(*(col(c) for c in (JobRecord.id, JobRecord.kind, JobRecord.priority)))
    )
    unit.rings.extend(Ring(row.id, row.kind, row.priority) for row in rows)
    return len(rows)


def _fresh(unit: Unit) -> dict[str, Any]:
    waiting = {"state": JobState.WAITING, "attempts": 0, "due_at": unit.now}
    return {**waiting, "finished_at": None, "rung_at": None}


def purpose(kind: str, arguments: dict[str, Any]) -> str:
    """What a job is to do, for a person."""
    try:
        return Job.restored(kind, arguments).purpose
    except (KeyError, ValidationError):
        return f"Something that only another version of this service knows: {kind}"


def explanation(row: Any, now: datetime) -> str:
    """How a job stands, why it failed and when it is tried again, in a sentence or two."""
    because = f" {row.problem.rstrip('.')}." if row.problem else ""
    match row.state:
        case JobState.DONE:
            return f"Done {_at(row.finished_at)}."
        case JobState.FAILED:
            return (
                f"Given up {_at(row.finished_at)}, after {row.attempts} attempts.{because} It can be retried."
            )
        case JobState.RUNNING:
            gone = row.lease_until and row.lease_until < now
            who = "The worker that had it is gone, another takes over" if gone else "A worker is at it"
            return f"{who}: attempt {row.attempts} of {row.max_attempts}.{because}"
        case _:
            return _waiting(row, now, because)


def _waiting(row: Any, now: datetime, because: str) -> str:
    if row.attempts:
        tries = f"Attempt {row.attempts} of {row.max_attempts} failed.{because}"
        return f"{tries} It is tried again {_at(row.due_at)}."
    return f"It is due {_at(row.due_at)}." if row.due_at > now else "It waits for a worker."


def _at(moment: datetime | None) -> str:
    return f"at {moment:%Y-%m-%d %H:%M:%S} UTC" if moment else "long ago"
