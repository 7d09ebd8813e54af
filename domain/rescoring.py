"""All scores anew, for an operator: after a change of the model, or of a table behind it."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col

from domain.jobs import ledger
from domain.pai import CalculationStatus, PaiCalculation, Trigger
from domain.recalculation import Rescore
from domain.sql import select
from domain.training_days import TrainingDay
from domain.unit import Unit
from domain.users import User
from domain.viewer import Scope

_waits = col(PaiCalculation.status) == CalculationStatus.PENDING


async def request(unit: Unit, user_ids: Sequence[UUID] | None, since: date) -> int | None:
    """Ask for every score of these users, or of all, from a day on; how many users that is.

    None while an earlier request for any of them is under way: that one is carried on.
    """
    unit.viewer.require(Scope.MAINTENANCE)
    everybody = select(User.id, User.organization_id).order_by(col(User.organization_id), col(User.id))
    chosen = everybody if user_ids is None else everybody.where(col(User.id).in_(user_ids))
    found = await unit.rows(chosen)
    if await _under_way(unit, {str(row.id) for row in found}):
        return None
    for organization_id, users in groupby(found, lambda row: row.organization_id):
        await unit.later_all([Rescore(row.id, since) for row in users], organization_id=organization_id)
    return len(found)


async def days_left(unit: Unit) -> int:
    """How many days wait to be scored or balanced, whatever the reason."""
    scores = await unit.value(select(func.count()).select_from(PaiCalculation).where(_waits))
    loads = await unit.value(select(func.count()).select_from(TrainingDay).where(col(TrainingDay.stale)))
    return int(scores) + int(loads)


async def _under_way(unit: Unit, ids: set[str]) -> bool:
    if any(arguments["user_id"] in ids for arguments in await ledger.open_arguments(unit, Rescore)):
        return True
    asked = col(PaiCalculation.trigger) == Trigger.RESCORE
    waiting = await unit.rows(select(PaiCalculation.user_id).where(_waits, asked).distinct())
    return any(str(row.user_id) in ids for row in waiting)
