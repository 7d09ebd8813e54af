"""How hard an activity was, and what weeks of activities add up to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from statistics import mean, stdev

import numpy as np

from domain.scoring.biometrics import Sex
from domain.scoring.heart_rate import HOLD_CAP_SECONDS, Numbers, Samples, heart_rate_reserve, held

CTL_DAYS = 42.0
ATL_DAYS = 7.0
THRESHOLD_RESERVE = 0.85
EDWARDS_ZONES = (50, 60, 70, 80, 90)  # per cent of HRmax
_BANISTER = {Sex.MALE: (0.64, 1.92), Sex.FEMALE: (0.86, 1.67)}


@dataclass(frozen=True, slots=True)
class Hrss:
    """Heart-rate stress score, and the threshold it was measured against in bpm."""

    score: float
    threshold_bpm: float
    threshold_estimated: bool


@dataclass(frozen=True, slots=True)
class Balance:
    """Chronic and acute training load at the end of a day, and the training stress balance it began with."""

    ctl: float = 0.0
    atl: float = 0.0
    tsb: float = 0.0


@dataclass(frozen=True, slots=True)
class Week:
    """A week's load, its monotony and its strain; the last two are None when every day was alike."""

    load: float
    monotony: float | None
    strain: float | None


UNTRAINED = Balance()


def trimp_banister(
    samples: Samples, resting_bpm: float, max_bpm: float, sex: Sex, hold_cap: float = HOLD_CAP_SECONDS
) -> float:
    """Training impulse, sample by sample; heart rates in bpm, hold cap in seconds
    (Morton, Fitz-Clarke, Banister 1990).
    """
    activity = held(samples, hold_cap)
    per_minute = _banister_per_minute(heart_rate_reserve(activity.bpm, resting_bpm, max_bpm), sex)
    return float(activity.minutes @ per_minute)


def trimp_edwards(samples: Samples, max_bpm: float, hold_cap: float = HOLD_CAP_SECONDS) -> float:
    """Minutes times zone, 1 to 5 from 50, 60, 70, 80 and 90 % of HRmax in bpm (Edwards 1993)."""
    activity = held(samples, hold_cap)
    zone = np.digitize(activity.bpm * 100.0, [max_bpm * percent for percent in EDWARDS_ZONES])
    return float(activity.minutes @ zone)


def estimated_threshold_bpm(resting_bpm: float, max_bpm: float) -> float:
    """The threshold heart rate in bpm to assume when none is known: 85 % of heart-rate reserve (ours)."""
    return resting_bpm + THRESHOLD_RESERVE * (max_bpm - resting_bpm)


def hrss(
    samples: Samples, resting_bpm: float, max_bpm: float, sex: Sex, threshold_bpm: float | None = None
) -> Hrss:
    """Training impulse as a percentage of an hour at threshold; heart rates in bpm
    (Morton, Fitz-Clarke, Banister 1990, scaled).
    """
    estimated = threshold_bpm is None
    threshold = estimated_threshold_bpm(resting_bpm, max_bpm) if threshold_bpm is None else threshold_bpm
    if not threshold > resting_bpm:
        raise ValueError("The threshold heart rate must be above the resting heart rate.")
    at_threshold = heart_rate_reserve(np.array([threshold]), resting_bpm, max_bpm)
    hour = 60.0 * float(_banister_per_minute(at_threshold, sex)[0])
    return Hrss(100.0 * trimp_banister(samples, resting_bpm, max_bpm, sex) / hour, threshold, estimated)


def power_tss(seconds: float, intensity_factor: float, recorded: float | None = None) -> float:
    """Training stress score: as the device recorded it, else from time and intensity factor (Coggan)."""
    return seconds / 3600.0 * intensity_factor**2 * 100.0 if recorded is None else recorded


def next_day(before: Balance, load: float) -> Balance:
    """The balance after a day's load, with time constants of 42 and 7 days (Coggan's performance chart)."""
    return Balance(
        ctl=before.ctl + (load - before.ctl) / CTL_DAYS,
        atl=before.atl + (load - before.atl) / ATL_DAYS,
        tsb=before.ctl - before.atl,
    )


def balances(loads: Iterable[float], before: Balance = UNTRAINED) -> list[Balance]:
    """The balance after each of consecutive daily loads, a day without training being 0 (Coggan's chart)."""
    return list(accumulate(loads, next_day, initial=before))[1:]


def week(loads: Sequence[float]) -> Week:
    """Load, monotony (mean over standard deviation, n - 1) and strain of seven daily loads (Foster)."""
    if len(loads) != ATL_DAYS:
        raise ValueError("A week has seven daily loads; a day without training is 0.")
    total, spread = sum(loads), stdev(loads)
    if not spread:
        return Week(total, None, None)
    monotony = mean(loads) / spread
    return Week(total, monotony, total * monotony)


def _banister_per_minute(reserve: Numbers, sex: Sex) -> Numbers:
    a, b = _BANISTER[sex]
    return reserve * a * np.exp(b * reserve)
