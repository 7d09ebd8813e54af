"""What can be watched: a bulk import, a user's PAI, a routine run. Each event is the whole of it, as it is by then."""

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import strawberry

from domain import pai, users
from domain.imports import reading
from domain.listing import Compare, Every, Listing, Operator, Order
from domain.news import Subject, Topic
from domain.routines import runs
from domain.routines.states import OPEN_RUNS
from domain.unit import Unit
from gateway.context import Context
from gateway.global_ids import read_global_id
from gateway.types.imports import BulkImport, ImportState
from gateway.types.nodes import Id
from gateway.types.pai import PaiSummary
from gateway.types.runs import RoutineRun

OVERLAP = timedelta(seconds=30)
"""A unit may commit after one that began later: summaries of this long ago are looked at again."""
MOST_AT_ONCE = 500
Info = strawberry.Info[Context, None]


@strawberry.type(
    description="What you can watch, over WebSocket (graphql-transport-ws) or as server-sent events."
)
class Subscription:
    @strawberry.subscription(
        description="A bulk import, now and whenever files of it were read; ends when it is complete.",
        graphql_type=BulkImport,
    )
    async def import_progress(self, info: Info, id: Id) -> AsyncIterator[Any]:
        import_id, shown = read_global_id("BulkImport", id), None
        async with _looks(info, Topic(Subject.IMPORT, import_id)) as looks:
            async for unit in looks:
                row = await reading.get_import(unit, import_id)
                progress = await reading.progress_of(unit, [import_id])
                if (now := (row.state, progress[import_id])) != shown:
                    yield row
                if row.state == ImportState.COMPLETE.value:
                    return
                shown = now

    @strawberry.subscription(
        description="A user's PAI summaries as they are computed, each whenever it changes.",
        graphql_type=PaiSummary,
    )
    async def pai_updates(self, info: Info, user_id: Id) -> AsyncIterator[Any]:
        user = read_global_id("User", user_id)
        seen: dict[UUID, datetime] | None = None
        since = info.context.unit.now - OVERLAP
        async with _looks(info, Topic(Subject.PAI, user)) as looks:
            async for unit in looks:
                await users.get_user(unit, user, frozenset({"id"}))
                rows = await _summaries_since(unit, user, since)
                if seen is not None:
                    for row in rows:
                        if seen.get(row.id) != row.modified_at:
                            yield row
                seen = {row.id: row.modified_at for row in rows}
                since = max([since, *(row.modified_at - OVERLAP for row in rows)])

    @strawberry.subscription(
        description="A routine run, now and whenever a step of it is done; ends when it is completed or abandoned.",
        graphql_type=RoutineRun,
    )
    async def routine_run_updates(self, info: Info, id: Id) -> AsyncIterator[Any]:
        run_id, shown = read_global_id("RoutineRun", id), None
        async with _looks(info, Topic(Subject.RUN, run_id)) as looks:
            async for unit in looks:
                row = await runs.get_run(unit, run_id)
                if row.modified_at != shown:
                    yield row
                if row.status not in OPEN_RUNS:
                    return
                shown = row.modified_at


@asynccontextmanager
async def _looks(info: Info, topic: Topic) -> AsyncIterator[AsyncIterator[Unit]]:
    """The operation's reading unit, each time on a new snapshot; while nothing happens it holds no connection."""
    if info.context.watch is None:
        raise RuntimeError("a subscription outside of a stream")
    async with aclosing(info.context.watch.times(topic)) as times:
        yield _renewed(info.context, times)


async def _renewed(context: Context, times: AsyncIterator[None]) -> AsyncIterator[Unit]:
    async for _ in times:
        await context.renew()
        yield context.unit
        await context.renew()


async def _summaries_since(unit: Unit, user_id: UUID, since: datetime) -> list[Any]:
    changed = Every(
        (Compare("user_id", Operator.EQUAL, user_id), Compare("modified_at", Operator.GREATER, since))
    )
    rows: list[Any] = []
    more = True
    while more:
        listing = Listing(changed, (Order("modified_at"),), len(rows), MOST_AT_ONCE, counted=False)
        page = await pai.list_summaries(unit, listing)
        rows += page.rows
        more = page.more
    return rows
