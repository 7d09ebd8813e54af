"""Biometrics: what was measured of a user's body on a day; a change recalculates the days it has a say in."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, Field
from sqlalchemy import ColumnElement, UniqueConstraint, delete
from sqlmodel import SQLModel, col

from domain import recalculation, users
from domain.bodies import MEASURES, History, sex_of
from domain.columns import identifier, instant, reference
from domain.errors import Conflict, Invalid, Misfit, NotFound
from domain.fields import Fields, whole
from domain.listing import Aggregate, Columns
from domain.local_days import check_day, today_in, zone_of
from domain.pai import Trigger
from domain.sentences import said
from domain.sql import select
from domain.unit import Unit
from domain.users import User
from domain.viewer import Scope
from domain.visibility import of_users

BOUNDS: dict[str, tuple[float, float]] = {
    "max_heart_rate_bpm": (60, 250),
    "resting_heart_rate_bpm": (20, 150),
    "threshold_heart_rate_bpm": (60, 240),
    "weight_kg": (20, 500),
    "height_cm": (50, 280),
    "waist_cm": (30, 300),
}
"""What can be true of anybody; whether it allows a score is another question."""


def _within(measure: str) -> Any:
    lowest, highest = BOUNDS[measure]
    return Field(ge=lowest, le=highest)


Height = Annotated[float, _within("height_cm")]
Weight = Annotated[float, _within("weight_kg")]
Waist = Annotated[float, _within("waist_cm")]
MaxHeartRate = Annotated[int, _within("max_heart_rate_bpm"), BeforeValidator(whole)]
RestingOnAverage = Annotated[float, _within("resting_heart_rate_bpm")]
RestingHeartRate = Annotated[int, _within("resting_heart_rate_bpm"), BeforeValidator(whole)]
ThresholdHeartRate = Annotated[int, _within("threshold_heart_rate_bpm"), BeforeValidator(whole)]


class Measures(Fields):
    """In bpm, kg and cm."""

    max_heart_rate_bpm: MaxHeartRate | None = None
    resting_heart_rate_bpm: RestingHeartRate | None = None
    threshold_heart_rate_bpm: ThresholdHeartRate | None = None
    weight_kg: Weight | None = None
    height_cm: Height | None = None
    waist_cm: Waist | None = None


class BiometricFields(Measures):
    some_of = tuple(Measures.model_fields)

    date: date


class Biometric(SQLModel, table=True):
    """`threshold_heart_rate_bpm`: at the lactate threshold, for training load."""

    __tablename__ = "biometrics"
    __table_args__ = (UniqueConstraint("user_id", "date"),)

    id: UUID = identifier()
    organization_id: UUID = reference("organizations.id")
    user_id: UUID = reference("users.id")
    date: date
    max_heart_rate_bpm: int | None = None
    resting_heart_rate_bpm: int | None = None
    threshold_heart_rate_bpm: int | None = None
    weight_kg: float | None = None
    height_cm: float | None = None
    waist_cm: float | None = None
    created_at: datetime = instant()
    modified_at: datetime = instant()


COLUMNS: Columns = {name: getattr(Biometric, name) for name in Biometric.model_fields}


def visible_to(unit: Unit) -> ColumnElement[bool]:
    return of_users(unit, organization=Biometric.organization_id, user=Biometric.user_id)


BIOMETRICS = Aggregate(said("No such biometrics"), Scope.BIOMETRICS_READ, COLUMNS, visible_to)


async def record(unit: Unit, user_id: UUID, day: date, measures: Mapping[str, float | None]) -> UUID:
    """Add what was measured on a day that has no biometrics yet: bpm, kg and cm, by the columns' names."""
    unit.viewer.require(Scope.BIOMETRICS_WRITE)
    organization_id = await users.locked(unit, user_id)
    values = checked(measures)
    check_day(day, today_in(unit, await zone_of(unit, user_id)))
    if not any(value is not None for value in values.values()):
        raise Invalid("Pass at least one measurement: a day without any need not be recorded")
    if await unit.row(_of_user(user_id).where(col(Biometric.date) == day)):
        raise Conflict(said("There are biometrics of {day} already: change those", day=day))
    before = await history_of(unit, user_id)
    new = await measure(unit, {"organization_id": organization_id, "user_id": user_id}, day, values)
    await _recalculate(unit, user_id, before, new)
    return new


async def measure(
    unit: Unit, owner: dict[str, UUID], day: date, measures: Mapping[str, float | None]
) -> UUID:
    """Write down what was measured on a day, beside what else was. The caller holds the user's lock, has checked
    the measures, and recalculates.
    """
    known = await unit.entity(
        Biometric, col(Biometric.user_id) == owner["user_id"], col(Biometric.date) == day
    )
    if known is None:
        stamps = {"created_at": unit.now, "modified_at": unit.now}
        columns: dict[str, Any] = {"date": day, **owner, **measures, **stamps}
        return (await unit.add(Biometric(**columns))).id
    known.sqlmodel_update({**measures, "modified_at": unit.now})
    await unit.flush()
    return known.id


async def change(unit: Unit, id: UUID, measures: Mapping[str, float | None]) -> None:
    """Put these measurements in the place of those of the same name; None takes one back."""
    unit.viewer.require(Scope.BIOMETRICS_WRITE)
    values = checked(measures)
    found = await _owned(unit, id)
    before = await history_of(unit, found.user_id)
    found.sqlmodel_update(values | {"modified_at": unit.now})
    if all(getattr(found, name) is None for name in BOUNDS):
        raise Invalid("At least one measurement must stay: a day without any need not be recorded")
    await unit.flush()
    await _recalculate(unit, found.user_id, before, id)


async def remove(unit: Unit, id: UUID) -> None:
    unit.viewer.require(Scope.BIOMETRICS_WRITE)
    found = await _owned(unit, id)
    before = await history_of(unit, found.user_id)
    await unit.change(delete(Biometric).where(col(Biometric.id) == id))
    await _recalculate(unit, found.user_id, before, id)


async def history_of(unit: Unit, user_id: UUID) -> History:
    owner = await unit.row(select(User.date_of_birth, User.sex).where(col(User.id) == user_id))
    rows = await unit.rows(_of_user(user_id).order_by(col(Biometric.date)))
    return History(owner.date_of_birth if owner else None, sex_of(owner.sex if owner else None), rows)


def _of_user(user_id: UUID) -> Any:
    columns = [getattr(Biometric, name) for name in ("date", *MEASURES)]
    return select(*columns).where(col(Biometric.user_id) == user_id)


async def _owned(unit: Unit, id: UUID) -> Biometric:
    """The entity to change, its user locked before it, as everywhere, and as the caller expects it."""
    owner = await unit.value(select(Biometric.user_id).where(visible_to(unit), col(Biometric.id) == id))
    if owner is not None:
        await users.lock(unit, owner)
        found = await unit.entity(Biometric, col(Biometric.id) == id)
        if found is not None:
            await unit.check_condition()
            return found
    raise NotFound("No such biometrics")


async def _recalculate(unit: Unit, user_id: UUID, before: History, cause: UUID) -> None:
    after = await history_of(unit, user_id)
    await recalculation.after_change(unit, user_id, before, after, trigger=Trigger.BIOMETRIC, cause=cause)


def checked(measures: Mapping[str, float | None]) -> dict[str, float | None]:
    for name, value in measures.items():
        if name not in BOUNDS:
            raise Misfit(name, said("is no measurement"))
        lowest, highest = BOUNDS[name]
        if value is not None and not lowest <= value <= highest:
            raise Misfit(name, said("must be from {lowest:g} to {highest:g}", lowest=lowest, highest=highest))
    return dict(measures)
