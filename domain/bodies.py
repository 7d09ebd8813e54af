"""What holds of a user's body on any day, from what was measured on some."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from domain.scoring.biometrics import Sex, max_bpm_of

CENTIMETRES = 100


@dataclass(frozen=True)
class Body:
    """What holds on a day: each value as last measured by then, or else as first measured after.

    The maximum heart rate is estimated from age when it was never measured (Nes 2013).
    """

    sex: Sex | None = None
    age: int | None = None
    max_heart_rate_bpm: float | None = None
    resting_heart_rate_bpm: float | None = None
    threshold_heart_rate_bpm: float | None = None
    weight_kg: float | None = None
    height_cm: float | None = None
    waist_cm: float | None = None

    @property
    def bmi(self) -> float | None:
        if not self.weight_kg or not self.height_cm:
            return None
        return self.weight_kg / (self.height_cm / CENTIMETRES) ** 2

    @property
    def for_pai(self) -> tuple[float | None, ...]:
        """All that PAI looks at."""
        return self.resting_heart_rate_bpm, self.max_heart_rate_bpm

    @property
    def for_load(self) -> tuple[float | Sex | None, ...]:
        """All that training load looks at."""
        return *self.for_pai, self.threshold_heart_rate_bpm, self.sex

    @property
    def for_vo2max(self) -> tuple[float | Sex | None, ...]:
        """All that VO2 max looks at, beside the PAI score."""
        return self.sex, self.age, self.resting_heart_rate_bpm, self.waist_cm, self.bmi


MEASURES = (
    "max_heart_rate_bpm",
    "resting_heart_rate_bpm",
    "threshold_heart_rate_bpm",
    "weight_kg",
    "height_cm",
    "waist_cm",
)


@dataclass(frozen=True)
class History:
    """All that is known of a user's body; measurements oldest first."""

    date_of_birth: date | None
    sex: Sex | None
    rows: Sequence[Any]

    def on(self, day: date) -> Body:
        values = {name: self._value(name, day) for name in MEASURES}
        age = _age(self.date_of_birth, day) if self.date_of_birth else None
        values["max_heart_rate_bpm"] = max_bpm_of(values["max_heart_rate_bpm"], age)
        return Body(self.sex, age, **values)

    @cached_property
    def _series(self) -> dict[str, tuple[list[date], list[float]]]:
        known = {name: [row for row in self.rows if getattr(row, name) is not None] for name in MEASURES}
        return {
            name: ([row.date for row in rows], [float(getattr(row, name)) for row in rows])
            for name, rows in known.items()
        }

    def _value(self, name: str, day: date) -> float | None:
        days, values = self._series[name]
        return values[max(bisect_right(days, day) - 1, 0)] if values else None


def sex_of(text: str | None) -> Sex | None:
    """The sex that the published formulas know; None when it is another, or not told."""
    known = {sex.value: sex for sex in Sex}
    return known.get(text.lower()) if text else None


def _age(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
