"""open-pai-1: our open model of personal activity, built on published anchor facts.

It is not the original service's formula, which is secret. It uses neither motion nor adaptive sampling.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import expm1, floor, log1p

import numpy as np

from domain.scoring.heart_rate import HOLD_CAP_SECONDS, Held, Numbers, Samples, heart_rate_reserve, held

ALGORITHM_VERSION = "open-pai-1"

WINDOW_DAYS = 7
SCORE_CEILING = 200.0
MOST_A_DAY = 75.0
MOST_ACTIVITY_A_DAY = -SCORE_CEILING * log1p(-MOST_A_DAY / SCORE_CEILING)

LEAST_RESERVE = 0.30
POINTS_AT_MAX = 5.0  # per minute; this and the exponent are fitted to the four weekly anchors
EXPONENT = 1.85


@dataclass(frozen=True, slots=True)
class ZoneLimits:
    """The lowest heart rate of each zone in whole bpm; a zone that begins where the next does is empty."""

    low: int
    medium: int
    high: int


@dataclass(frozen=True, slots=True)
class ByZone:
    """One amount for each zone."""

    low: float = 0.0
    medium: float = 0.0
    high: float = 0.0

    @property
    def total(self) -> float:
        return self.low + self.medium + self.high

    def scaled(self, factor: float) -> "ByZone":
        return ByZone(self.low * factor, self.medium * factor, self.high * factor)


@dataclass(frozen=True, slots=True)
class DayActivity:
    """What one user-local day brought, before any other day is looked at: raw points and minutes by zone."""

    zone_raw: ByZone = ByZone()
    zone_minutes: ByZone = ByZone()

    @property
    def raw(self) -> float:
        return self.zone_raw.total

    @property
    def activity_score(self) -> float:
        return min(self.raw, MOST_ACTIVITY_A_DAY)


@dataclass(frozen=True, slots=True)
class PaiDay:
    """A day's summary: the seven-day score, what the day earned of it, and both by zone."""

    pai_score: float
    daily_pai: float
    zone_pai: ByZone
    zone_minutes: ByZone


NO_ACTIVITY = DayActivity()


def zone_limits(resting_bpm: float, max_bpm: float) -> ZoneLimits:
    """Where low (30 % of heart-rate reserve), medium (60 % of HRmax) and high (80 % of HRmax) begin
    (PAI Health's support pages; reproduces three public device payloads to the bpm).
    """
    low = _rounded(resting_bpm + 0.30 * (max_bpm - resting_bpm))
    medium = max(low, _rounded(0.60 * max_bpm))
    return ZoneLimits(low, medium, high=max(medium, _rounded(0.80 * max_bpm)))


def points_per_minute(reserve: Numbers) -> Numbers:
    """Raw points per minute at a fraction of heart-rate reserve (ours, open-pai-1;
    fitted to Nes et al. 2017, doi:10.1016/j.amjmed.2016.09.031, and Kieffer et al. 2021).
    """
    above = np.maximum(reserve - LEAST_RESERVE, 0.0) / (1.0 - LEAST_RESERVE)
    return POINTS_AT_MAX * above**EXPONENT


def day_activity(
    samples: Samples, resting_bpm: float, max_bpm: float, hold_cap: float = HOLD_CAP_SECONDS
) -> DayActivity:
    """What samples of one user-local day earn; heart rates in bpm, hold cap in seconds (ours, open-pai-1)."""
    day = held(samples, hold_cap)
    raw = points_per_minute(heart_rate_reserve(day.bpm, resting_bpm, max_bpm)) * day.minutes
    limits = zone_limits(resting_bpm, max_bpm)
    # Fractions of a beat may earn just below a low limit that was rounded up: low's points, not minutes.
    minutes = np.where(day.bpm >= limits.low, day.minutes, 0.0)
    return DayActivity(_by_zone(day, raw, limits), _by_zone(day, minutes, limits))


def score(activity: float) -> float:
    """The score, 0 to below 200, of a week's activity scores added up (ours, open-pai-1)."""
    return -SCORE_CEILING * expm1(-activity / SCORE_CEILING)


def summarise(day: DayActivity | None, previous_six: Sequence[float]) -> PaiDay:
    """A day's summary from its activity and the activity scores of the six days before, where a day without
    data is None, 0 or left out (ours, open-pai-1; rolling week and halving from PAI Health's support pages).
    """
    if len(previous_six) >= WINDOW_DAYS:
        raise ValueError("Only the six days before a day count towards its score.")
    today = day or NO_ACTIVITY
    before = sum(previous_six)
    pai_score = score(before + today.activity_score)
    daily_pai = pai_score - score(before)
    per_raw = daily_pai / today.raw if today.raw else 0.0
    return PaiDay(pai_score, daily_pai, today.zone_raw.scaled(per_raw), today.zone_minutes)


def _by_zone(day: Held, amounts: Numbers, limits: ZoneLimits) -> ByZone:
    zone = (day.bpm >= limits.medium).astype(np.intp) + (day.bpm >= limits.high)
    low, medium, high = np.bincount(zone, weights=amounts, minlength=3).tolist()
    return ByZone(low, medium, high)


def _rounded(bpm: float) -> int:
    """Half a beat rounds up, unlike Python's round()."""
    return floor(bpm + 0.5)
