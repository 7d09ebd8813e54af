"""Jobs for tests of the ledger, what carries them out, and a clock that goes when told."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from uuid import UUID

from sqlmodel import col

from domain.jobs import Job, JobRecord, Ring, ledger
from domain.organizations import Organization
from domain.sql import select
from domain.store import Store
from workers.registry import handles

START = datetime(2024, 6, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Note(Job):
    """Writes an organization of that name: what the tests count."""

    max_attempts: ClassVar[int] = 3
    name: str


@dataclass(frozen=True)
class Tick(Job):
    """Periodic."""


@handles(Note)
async def write(task, job: Note) -> None:
    async with task.finishing() as unit:
        await unit.add(Organization(name=job.name, created_at=unit.now, modified_at=unit.now))


async def fails(task, job: Note) -> None:
    async with task.finishing() as unit:
        await unit.add(Organization(name=job.name, created_at=unit.now, modified_at=unit.now))
        raise OSError(f"no room for {job.name}\0")


@handles(Tick)
async def nothing(*_) -> None: ...


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        self.now += timedelta(**time)


async def put(store: Store, job: Job, **when) -> Ring:
    async with store.writing() as unit:
        return Ring(await unit.later(job, **when), job.kind)


async def record(store: Store, ring: Ring) -> JobRecord:
    async with store.reading() as unit:
        return await unit.row(select(*JobRecord.__table__.c).where(col(JobRecord.id) == ring.job_id))


async def written(store: Store) -> list[str]:
    async with store.reading() as unit:
        return sorted(row.name for row in await unit.rows(select(Organization.name)))


async def swept(store: Store, **options) -> list[UUID]:
    async with store.writing() as unit:
        return [ring.job_id for ring in await ledger.sweep(unit, ledger.Search(**options))]


async def claimed(store: Store, ring: Ring) -> ledger.Claim:
    async with store.writing() as unit:
        return await ledger.claim(unit, ring.job_id)
