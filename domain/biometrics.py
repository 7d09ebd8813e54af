"""Biometrics: what was measured of a user's body on a day, and what holds on any other day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, UniqueConstraint
from sqlmodel import SQLModel, col

from domain.columns import identifier, instant, reference
from domain.scoring.biometrics import max_bpm_of
from domain.sql import select
from domain.unit import Unit
from domain.users import User


class Biometric(SQLModel, table=True):
    __tablename__ = "biometrics"
    __table_args__ = (UniqueConstraint("user_id", "date"),)

    id: UUID = identifier()
    organization_id: UUID = reference("organizations.id")
    user_id: UUID = reference("users.id")
    date: date
    max_heart_rate_bpm: int | None = None
    resting_heart_rate_bpm: int | None = None
    weight_kg: float | None = None
    height_cm: float | None = None
    waist_cm: float | None = None
    created_at: datetime = instant()
    modified_at: datetime = instant()


@dataclass(frozen=True)
class Effective:
    """What holds on a day: each value as last measured by then, or else as first measured after."""

    max_heart_rate_bpm: float | None
    resting_heart_rate_bpm: float | None


@dataclass(frozen=True)
class History:
    """All that is known of a user's body, oldest first."""

    date_of_birth: date | None
    rows: Sequence[Row[Any]]

    def on(self, day: date) -> Effective:
        """HRmax is estimated from age when it was never measured (Nes 2013)."""
        age = _age(self.date_of_birth, day) if self.date_of_birth else None
        max_bpm = max_bpm_of(self._value("max_heart_rate_bpm", day), age)
        return Effective(max_bpm, self._value("resting_heart_rate_bpm", day))

    def _value(self, name: str, day: date) -> float | None:
        known = [row for row in self.rows if getattr(row, name) is not None]
        before = [row for row in known if row.date <= day]
        row = before[-1] if before else known[0] if known else None
        return None if row is None else float(getattr(row, name))


async def history_of(unit: Unit, user_id: UUID) -> History:
    born = await unit.value(select(User.date_of_birth).where(col(User.id) == user_id))
    columns = (Biometric.date, Biometric.max_heart_rate_bpm, Biometric.resting_heart_rate_bpm)
    rows = await unit.rows(
        select(*columns).where(col(Biometric.user_id) == user_id).order_by(col(Biometric.date))
    )
    return History(born, rows)


def _age(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
