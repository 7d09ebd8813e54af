"""One request, mutation or task is one unit: a session, a viewer, a clock and the jobs that leave once it commits."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import CursorResult, Executable, Row, insert, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel

from domain.jobs import LIVE, NO_CAUSE, Cause, Job, JobRecord, Ring, record_of, values_of
from domain.news import Topic
from domain.outages import told_as_unavailable
from domain.settings import Settings
from domain.settling import InterruptibleSession, leave_alone, settled
from domain.sql import select
from domain.viewer import Viewer

Entity = TypeVar("Entity", bound=SQLModel)
Result = TypeVar("Result")
RING_AT_ONCE = 500


@dataclass
class Unit:
    """Reads yield light rows; `entity` and `entities` are for what is about to change.

    Sibling GraphQL resolvers share one session, which cannot serve two at once: they take turns.
    `cause`: the job this unit belongs to, if it does. `condition`: what must hold of that which is changed, as
    whoever asks for the change has it; it refuses by raising.
    """

    session: AsyncSession
    viewer: Viewer
    now: datetime
    settings: Settings
    secret: bytes
    rings: list[Ring] = field(default_factory=list)
    news: set[Topic] = field(default_factory=set)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    cause: Cause = NO_CAUSE
    condition: Callable[[], Awaitable[None]] | None = None

    async def begin(self, clock: Callable[[], datetime]) -> None:
        """For the store alone: take the lock there is to take, and only then the time."""
        await self._do(self.session.connection)
        self.now = clock()

    async def rows(self, statement: Executable) -> Sequence[Row[Any]]:
        return (await self._do(self.session.execute, statement)).all()

    async def row(self, statement: Executable) -> Row[Any] | None:
        return (await self._do(self.session.execute, statement)).first()

    async def value(self, statement: Executable) -> Any:
        return (await self._do(self.session.execute, statement)).scalar()

    async def entity(self, kind: type[Entity], *where: Any) -> Entity | None:
        """One row to change, locked against every other unit but those that only point to it."""
        statement = select(kind).where(*where).with_for_update(key_share=True)
        return (await self._do(self.session.scalars, statement)).first()

    async def entities(self, kind: type[Entity], *where: Any) -> Sequence[Entity]:
        return (await self._do(self.session.scalars, select(kind).where(*where))).all()

    async def change(self, statement: Executable) -> int:
        """Run an UPDATE or DELETE; how many rows it touched."""
        result = await self._do(self.session.execute, statement)
        return result.rowcount if isinstance(result, CursorResult) else 0

    async def change_each(self, kind: type[SQLModel], rows: Sequence[dict[str, Any]]) -> None:
        """UPDATE many rows by their ids with values of their own, in one go; all rows name the same columns."""
        if rows:
            await self._do(self.session.execute, update(kind), rows)

    async def add(self, entity: Entity) -> Entity:
        """Insert now, so that a broken rule is reported here and not at the commit."""
        await self.add_all([entity])
        return entity

    async def add_all(self, entities: Sequence[SQLModel]) -> None:
        self.session.add_all(entities)
        await self.flush()

    async def flush(self) -> None:
        await self._do(self.session.flush)

    async def renew(self) -> None:
        """Let go of the snapshot, for a reading unit: what it reads next includes what others committed since."""
        await self._do(self.session.rollback)

    async def quiet(self) -> None:
        """For the store alone: siblings that were cancelled together do not end together."""
        async with self.turn:
            pass

    async def check_condition(self) -> None:
        """For operations, once they hold the locks of what they change and before they do: nobody comes in between."""
        condition, self.condition = self.condition, None
        if condition is not None:
            await condition()

    async def commit(self) -> None:
        """For the store alone, at the unit's edge. A condition that nobody looked at is a bug, and changes nothing."""
        if self.condition is not None:
            raise RuntimeError("This operation takes no conditions: it has to check them behind its locks")
        await self._do(self.session.commit, whole=True)

    async def _do(
        self, step: Callable[..., Coroutine[Any, Any, Result]], *arguments: Any, whole: bool = False
    ) -> Result:
        """Whoever is cancelled meanwhile takes the statement with them, unless it is to end by itself: `whole`."""
        async with self.turn:
            work = step(*arguments)
            with told_as_unavailable():
                session = self.session.sync_session
                if isinstance(session, InterruptibleSession) and not whole:
                    return await settled(work, session.interrupt)
                return await settled(work, leave_alone)

    def tell(self, topic: Topic) -> None:
        """Wake who watches it, once this unit has committed."""
        self.news.add(topic)

    async def later(
        self,
        job: Job,
        *,
        after: timedelta = timedelta(0),
        organization_id: UUID | None = None,
        priority: int = LIVE,
    ) -> UUID:
        """Remember a job in this transaction; the broker hears of it after the commit, if it is due by then.

        It belongs to the organization of whoever asks for it, and is no more urgent than the job that does,
        unless said otherwise.
        """
        owner = organization_id or self.viewer.organization_id or self.cause.organization_id
        record = record_of(job, self.now, after, Cause(owner, max(priority, self.cause.priority)))
        await self.add(record)
        if not after:
            self.rings.append(Ring(record.id, job.kind, record.priority))
        return record.id

    async def later_all(
        self, jobs: Sequence[Job], *, organization_id: UUID | None = None, priority: int = LIVE
    ) -> None:
        """Remember many jobs in a few statements. The broker hears of the first; the sweep tells it of the others."""
        owner = organization_id or self.viewer.organization_id or self.cause.organization_id
        cause = Cause(owner, max(priority, self.cause.priority))
        rows = [values_of(job, self.now, cause=cause) for job in jobs]
        if rows:
            await self._do(self.session.execute, insert(JobRecord), rows)
        self.rings.extend(Ring(row["id"], row["kind"], row["priority"]) for row in rows[:RING_AT_ONCE])
