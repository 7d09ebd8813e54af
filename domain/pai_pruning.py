"""PAI calculations that a later one took the place of: kept for a while, as somebody may ask how a score came about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from sqlalchemy import delete, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import col

from domain.jobs import BULK, Job
from domain.pai import OPEN, PaiCalculation
from domain.sql import select
from domain.unit import Unit

PORTION = 5000


@dataclass(frozen=True)
class PruneCalculations(Job):
    """Periodic: forget calculations that were done again long ago."""

    priority: ClassVar[int] = BULK

    @property
    def purpose(self) -> str:
        return "Forget calculations that were done again long ago"


async def superseded(unit: Unit) -> Sequence[UUID]:
    """A portion of those that ended long ago, and of whose day another ended later: the latest of a day stays."""
    later = aliased(PaiCalculation)
    same_day = (
        col(later.user_id) == col(PaiCalculation.user_id),
        col(later.date) == col(PaiCalculation.date),
    )
    ended_later = tuple_(later.completed_at, later.id) > tuple_(
        PaiCalculation.completed_at, PaiCalculation.id
    )
    found = select(PaiCalculation.id).where(
        col(PaiCalculation.status).not_in(OPEN),
        col(PaiCalculation.completed_at) < unit.now - unit.settings.calculation_history,
        select(later.id).where(*same_day, col(later.status).not_in(OPEN), ended_later).exists(),
    )
    return [row.id for row in await unit.rows(found.limit(PORTION))]


async def forget(unit: Unit, ids: Sequence[UUID]) -> None:
    """What was superseded stays so; a whole portion may have left others behind."""
    await unit.change(delete(PaiCalculation).where(col(PaiCalculation.id).in_(ids)))
    if len(ids) == PORTION:
        await unit.later(PruneCalculations())
