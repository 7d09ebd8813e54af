"""What of a user's profile scores rest on: a change recalculates the days it has a say in."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from sqlmodel import col

from domain import recalculation, users
from domain.biometrics import history_of
from domain.errors import Misfit, NotFound
from domain.moving import MoveDays
from domain.pai import Trigger
from domain.unit import Unit
from domain.users import Sex, User
from domain.viewer import Scope

EARLIEST_BIRTH = date(1900, 1, 1)


async def change(unit: Unit, user_id: UUID, changes: Mapping[str, Any]) -> None:
    """Change `date_of_birth`, `sex` or `time_zone`; None forgets the first two.

    In another time zone a heart beat may belong to another day: a job cuts all days anew.
    """
    unit.viewer.require(Scope.USERS_WRITE)
    await users.locked(unit, user_id)
    user = await unit.entity(User, col(User.id) == user_id)
    if user is None:
        raise NotFound("No such user")
    for name, value in changes.items():
        _check(unit, name, value)
    before, zone = await history_of(unit, user_id), user.time_zone
    user.sqlmodel_update(dict(changes) | {"modified_at": unit.now})
    await unit.flush()
    after = await history_of(unit, user_id)
    await recalculation.after_change(unit, user_id, before, after, trigger=Trigger.PROFILE, cause=user_id)
    if user.time_zone != zone:
        await unit.later(MoveDays(user_id))


def _check(unit: Unit, name: str, value: Any) -> None:
    match name:
        case "date_of_birth":
            if value is not None and not EARLIEST_BIRTH <= value <= unit.now.date():
                raise Misfit(name, f"must be from {EARLIEST_BIRTH} to today")
        case "sex":
            if value is not None and value not in set(Sex):
                raise Misfit(name, f"must be {' or '.join(Sex)}")
        case "time_zone":
            if value not in available_timezones():
                raise Misfit(name, "must be an IANA name, such as Europe/Oslo")
        case _:
            raise Misfit(name, "cannot be changed here")
