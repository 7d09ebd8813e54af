"""What a worker may be asked to do, and the row that remembers it until it is done."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID, uuid4

from pydantic import TypeAdapter
from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from domain.columns import identifier, instant, reference

LIVE, BULK = 0, 10
"""How urgent a job is: what somebody waits for comes before what may take its time."""


@dataclass(frozen=True)
class Job:
    """Base of every kind of job; subclasses carry ids and other small values only."""

    kinds: ClassVar[dict[str, type["Job"]]] = {}
    adapters: ClassVar[dict[type["Job"], TypeAdapter[Any]]] = {}
    """Made once for each kind: making one takes longer than a statement."""
    priority: ClassVar[int] = LIVE
    max_attempts: ClassVar[int] = 5
    time_limit: ClassVar[timedelta] = timedelta(minutes=10)

    def __init_subclass__(cls) -> None:
        Job.kinds[cls.__name__] = cls

    @property
    def kind(self) -> str:
        return type(self).__name__

    @property
    def purpose(self) -> str:
        """What it is to do, for a person: a sentence without its full stop."""
        return f"Carry out {self.kind}"

    async def given_up(self, unit: Any) -> None:
        """What to leave behind, in the commit that makes a dead letter of the job."""

    def arguments(self) -> dict[str, Any]:
        dumped: dict[str, Any] = self.adapter().dump_python(self, mode="json")
        return dumped

    @classmethod
    def adapter(cls) -> TypeAdapter[Any]:
        """Building one takes a millisecond, and a bulk import has thousands of jobs."""
        if cls not in Job.adapters:
            Job.adapters[cls] = TypeAdapter(cls)
        return Job.adapters[cls]

    @staticmethod
    def restored(kind: str, arguments: dict[str, Any]) -> "Job":
        job: Job = Job.kinds[kind].adapter().validate_python(arguments)
        return job


@dataclass(frozen=True)
class PruneJobs(Job):
    """Periodic: forget jobs that were done long ago or are about nobody, and raw files that nothing refers to."""

    @property
    def purpose(self) -> str:
        return "Forget jobs that were done long ago or are about nobody, and raw files that nothing refers to"


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class JobRecord(SQLModel, table=True):
    """A job in the ledger.

    `organization_id`: whose administrators see it; none of what serves all. `last_error`: all that is known, for
    the operator; `problem`: a sentence for anybody. `due_at`: not before then. `lease_until`: a running job whose
    lease has run out was left by a crash. `claim`: which attempt holds it. `rung_at`: when the sweep last told the
    broker.
    """

    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_state_due_at", "state", "due_at"),)

    id: UUID = identifier()
    organization_id: UUID | None = reference("organizations.id", default=None, nullable=True)
    kind: str = Field(index=True)
    arguments: dict[str, Any] = Field(sa_type=JSON)
    priority: int
    state: str = JobState.WAITING
    attempts: int = 0
    max_attempts: int
    last_error: str | None = None
    problem: str | None = None
    created_at: datetime = instant()
    due_at: datetime = instant()
    rung_at: datetime | None = instant(default=None, nullable=True)
    lease_until: datetime | None = instant(default=None, nullable=True)
    claim: UUID | None = None
    finished_at: datetime | None = instant(default=None, nullable=True)


@dataclass(frozen=True)
class Cause:
    """What a job takes over from whatever asks for it: whose it is, and that it is no more urgent."""

    organization_id: UUID | None = None
    priority: int = LIVE


NO_CAUSE = Cause()


def record_of(job: Job, now: datetime, after: timedelta = timedelta(0), cause: Cause = NO_CAUSE) -> JobRecord:
    return JobRecord(**values_of(job, now, after, cause))


def values_of(
    job: Job, now: datetime, after: timedelta = timedelta(0), cause: Cause = NO_CAUSE
) -> dict[str, Any]:
    """A record's columns, for those who insert thousands; the others have their defaults."""
    return {
        "id": uuid4(),
        "organization_id": cause.organization_id,
        "kind": job.kind,
        "arguments": job.arguments(),
        "priority": max(job.priority, cause.priority),
        "max_attempts": job.max_attempts,
        "created_at": now,
        "due_at": now + after,
    }


@dataclass(frozen=True)
class Ring:
    """What goes to the broker: which job waits, nothing else."""

    job_id: UUID
    kind: str
    priority: int = LIVE


@dataclass(frozen=True)
class Claim:
    """One attempt at a job, held by one worker."""

    job_id: UUID
    job: Job
    attempt: int
    id: UUID
    cause: Cause = NO_CAUSE

    @property
    def last_attempt(self) -> bool:
        return self.attempt >= self.job.max_attempts
