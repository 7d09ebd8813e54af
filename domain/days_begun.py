"""Whose local day has begun without a summary that the week before would carry."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, func
from sqlmodel import col

from domain.heart_rate import days_between
from domain.local_days import WEEK, today_in
from domain.pai import PaiSummary
from domain.sql import select
from domain.unit import Unit
from domain.users import User

ONE_DAY = timedelta(days=1)
MEASURED_ONLY = 1


async def users_to_extend(unit: Unit) -> list[tuple[UUID, UUID]]:
    """Users, with their organizations, who have measured days in the week before their local today and no summary
    of it yet.

    Where on earth it is today differs by a day either way; a clock that ran ahead may have filled any other.
    """
    middle = unit.now.date()
    todays = list(days_between(middle - ONE_DAY, middle + ONE_DAY))
    day, measured = col(PaiSummary.date), col(PaiSummary.measured)
    wanting = [
        func.max(case((day == today, 2), (and_(measured, day >= today - WEEK, day < today), 1), else_=0))
        for today in todays
    ]
    rows: Sequence[Any] = await unit.rows(
        select(User.id, User.organization_id, User.time_zone, *wanting)
        .join(PaiSummary, col(PaiSummary.user_id) == col(User.id))
        .where(day >= todays[0] - WEEK, day <= todays[-1])
        .group_by(col(User.id), col(User.organization_id), col(User.time_zone))
    )
    return [
        (user_id, organization_id)
        for user_id, organization_id, zone, *found in rows
        if found[todays.index(today_in(unit, zone))] == MEASURED_ONLY
    ]
