"""How much work lies in the ledger, for those who watch over it: numbers only, nobody's data."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, func
from sqlmodel import col

from domain.jobs import JobRecord, JobState
from domain.sql import select
from domain.unit import Unit
from domain.viewer import Scope

OPEN = (JobState.WAITING, JobState.RUNNING, JobState.FAILED)


async def backlog(unit: Unit) -> Sequence[Row[Any]]:
    """Of each kind and state that is not done: how many there are, and since when the first of them is due."""
    unit.viewer.require(Scope.MAINTENANCE)
    kind, state = col(JobRecord.kind), col(JobRecord.state)
    return await unit.rows(
        select(kind, state, func.count().label("number"), func.min(JobRecord.due_at).label("oldest"))
        .where(state.in_(OPEN))
        .group_by(kind, state)
        .order_by(kind, state)
    )
