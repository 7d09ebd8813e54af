"""What a worker may be asked to do, and the row that remembers it until it is done."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from domain.columns import identifier, instant

LIVE = 0
BULK = 10


@dataclass(frozen=True)
class Job:
    """Base of every kind of job; subclasses carry ids and other small values only."""

    kinds: ClassVar[dict[str, type["Job"]]] = {}
    priority: ClassVar[int] = LIVE
    max_attempts: ClassVar[int] = 5
    time_limit: ClassVar[timedelta] = timedelta(minutes=10)

    def __init_subclass__(cls) -> None:
        Job.kinds[cls.__name__] = cls

    @property
    def kind(self) -> str:
        return type(self).__name__

    async def given_up(self, unit: Any) -> None:
        """What to leave behind, in the commit that makes a dead letter of the job."""

    def arguments(self) -> dict[str, Any]:
        dumped: dict[str, Any] = TypeAdapter(type(self)).dump_python(self, mode="json")
        return dumped

    @staticmethod
    def restored(kind: str, arguments: dict[str, Any]) -> "Job":
        job: Job = TypeAdapter(Job.kinds[kind]).validate_python(arguments)
        return job


@dataclass(frozen=True)
class PruneJobs(Job):
    """Periodic: forget jobs that were done long ago, and raw files that nothing refers to."""


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class JobRecord(SQLModel, table=True):
    """A job in the ledger.

    `due_at`: not before then. `lease_until`: a running job whose lease has run out was left by a crash.
    `claim`: which attempt holds it. `rung_at`: when the sweep last told the broker.
    """

    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_state_due_at", "state", "due_at"),)

    id: UUID = identifier()
    kind: str = Field(index=True)
    arguments: dict[str, Any] = Field(sa_type=JSON)
    priority: int
    state: str = JobState.WAITING
    attempts: int = 0
    max_attempts: int
    last_error: str | None = None
    created_at: datetime = instant()
    due_at: datetime = instant()
    rung_at: datetime | None = instant(default=None, nullable=True)
    lease_until: datetime | None = instant(default=None, nullable=True)
    claim: UUID | None = None
    finished_at: datetime | None = instant(default=None, nullable=True)


def record_of(job: Job, now: datetime, after: timedelta = timedelta(0)) -> JobRecord:
    return JobRecord(
        kind=job.kind,
        arguments=job.arguments(),
        priority=job.priority,
        max_attempts=job.max_attempts,
        created_at=now,
        due_at=now + after,
    )


@dataclass(frozen=True)
class Ring:
    """What goes to the broker: which job waits, nothing else."""

    job_id: UUID
    kind: str


@dataclass(frozen=True)
class Claim:
    """One attempt at a job, held by one worker."""

    job_id: UUID
    job: Job
    attempt: int
    id: UUID

    @property
    def last_attempt(self) -> bool:
        return self.attempt >= self.job.max_attempts
