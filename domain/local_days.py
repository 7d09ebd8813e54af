"""Days as users live them: which one it is where somebody is, and which of them there can be data of."""

from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import col

from domain.errors import Misfit
from domain.sentences import said
from domain.sql import select
from domain.unit import Unit
from domain.users import User

EARLIEST_DAY = date(1980, 1, 1)
"""No device is older, whatever its clock says."""
WEEK = timedelta(days=6)
"""From the first of seven days to the last."""


async def zone_of(unit: Unit, user_id: UUID) -> ZoneInfo:
    return ZoneInfo(await unit.value(select(User.time_zone).where(col(User.id) == user_id)))


def today_in(unit: Unit, zone: ZoneInfo | str) -> date:
    return day_of(unit.now, zone)


def day_of(moment: datetime, zone: ZoneInfo | str) -> date:
    return moment.astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone).date()


def check_day(day: date, today: date) -> None:
    """Misfit for a day that nothing can have been measured on."""
    if day > today:
        raise Misfit("date", said("is still to come where the user is"))
    if day < EARLIEST_DAY:
        raise Misfit("date", said("must not be before {earliest}", earliest=EARLIEST_DAY))
