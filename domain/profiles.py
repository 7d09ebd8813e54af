"""Profiles: a user as the person sees herself, with the body's last measurements.

A change of a user or a profile recalculates the days it has a say in.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Row, case, func
from sqlmodel import col

from domain import recalculation, users
from domain.biometrics import Biometric, Height, Weight, history_of, measure
from domain.errors import NotFound
from domain.fields import BirthDate, Country, Email, Fields, Line, LocaleTag, TimeZone
from domain.listing import Columns, chosen
from domain.local_days import today_in
from domain.moving import MoveDays
from domain.pai import Trigger
from domain.sql import select
from domain.unit import Unit
from domain.users import Sex, Units, User, UserFields
from domain.viewer import Scope

MEASURED = ("height_cm", "weight_kg")


class OwnProfileFields(Fields):
    """What people say of themselves; `external_id` is their organization's to give."""

    first_name: Line | None = None
    last_name: Line | None = None
    email: Email | None = None
    country: Country | None = None
    sex: Sex | None = None
    date_of_birth: BirthDate | None = None
    time_zone: TimeZone = "UTC"
    height_cm: Height | None = None
    weight_kg: Weight | None = None
    units: Units = Units.METRIC
    locale: LocaleTag | None = None


class ProfileFields(OwnProfileFields, UserFields):
    """What an administrator may set of somebody's profile."""


def _last(measured: Any) -> Any:
    newest = select(measured).where(col(Biometric.user_id) == User.id, measured.is_not(None))
    return newest.order_by(col(Biometric.date).desc()).limit(1).correlate(User).scalar_subquery()


_measured_at: Any = (
    select(func.max(Biometric.modified_at))
    .where(col(Biometric.user_id) == User.id)
    .correlate(User)
    .scalar_subquery()
)
COLUMNS: Columns = {
    **users.COLUMNS,
    "height_cm": _last(col(Biometric.height_cm)),
    "weight_kg": _last(col(Biometric.weight_kg)),
    "modified_at": case((_measured_at > User.modified_at, _measured_at), else_=User.modified_at),
}


async def get_profile(unit: Unit, user_id: UUID, fields: frozenset[str] | None = None) -> Row[Any]:
    unit.viewer.require(Scope.USERS_READ)
    mine = (users.visible_to(unit), col(User.id) == user_id)
    row = await unit.row(select(*chosen(COLUMNS, fields, ())).where(*mine))
    if row is None:
        raise NotFound("No such user")
    return row


async def get_own_profile(unit: Unit, fields: frozenset[str] | None = None) -> Row[Any]:
    return await get_profile(unit, users.own_id(unit), fields)


async def change_user(unit: Unit, id: UUID, values: Mapping[str, Any]) -> None:
    """`values` are those of UserFields."""
    unit.viewer.require(Scope.USERS_WRITE)
    await _set(unit, id, values)


async def change_profile(unit: Unit, user_id: UUID, values: Mapping[str, Any]) -> None:
    """`values` are those of ProfileFields. A measurement is today's; none sent leaves those there are."""
    unit.viewer.require(Scope.USERS_WRITE)
    await _set(unit, user_id, values)


async def change_own_profile(unit: Unit, values: Mapping[str, Any]) -> None:
    unit.viewer.require(Scope.PROFILE_WRITE)
    await _set(unit, users.own_id(unit), values)


async def change_visible(unit: Unit, user_id: UUID, values: Mapping[str, Any]) -> None:
    """One's own as the person, anybody's as an administrator; to a user there is nobody else."""
    if unit.viewer.user_id is None:
        await change_profile(unit, user_id, values)
    elif unit.viewer.user_id == user_id:
        await change_own_profile(unit, values)
    else:
        raise NotFound("No such user")


async def _set(unit: Unit, user_id: UUID, values: Mapping[str, Any]) -> None:
    """In another time zone a heart beat may belong to another day: a job cuts all days anew."""
    users.check_birth(unit, values)
    user = await unit.entity(User, users.visible_to(unit), col(User.id) == user_id)
    if user is None:
        raise NotFound("No such user")
    await unit.check_condition()
    before, zone = await history_of(unit, user_id), user.time_zone
    said = {name: value for name, value in values.items() if name not in MEASURED}
    user.sqlmodel_update({**said, "modified_at": unit.now})
    await unit.flush()
    measured = {name: values[name] for name in MEASURED if values.get(name) is not None}
    if measured:
        owner = {"organization_id": user.organization_id, "user_id": user_id}
        await measure(unit, owner, today_in(unit, user.time_zone), measured)
    after = await history_of(unit, user_id)
    await recalculation.after_change(unit, user_id, before, after, trigger=Trigger.PROFILE, cause=user_id)
    if user.time_zone != zone:
        await unit.later(MoveDays(user_id))
