"""What must be known of a body before its heart rate can be scored."""

from dataclasses import dataclass
from enum import StrEnum


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"


@dataclass(frozen=True, slots=True)
class Limits:
    """The heart rates, in bpm, that a score may be built on."""

    lowest_resting: float = 30
    highest_resting: float = 120
    lowest_max: float = 100
    highest_max: float = 240
    least_reserve: float = 30


LIMITS = Limits()


def max_bpm_nes(age: float) -> float:
    """Maximum heart rate in bpm from age in years, standard error 10.8
    (Nes et al. 2013, doi:10.1111/j.1600-0838.2012.01445.x).
    """
    return 211.0 - 0.64 * age


def max_bpm_tanaka(age: float) -> float:
    """Maximum heart rate in bpm from age in years (Tanaka 2001)."""
    return 208.0 - 0.7 * age


def max_bpm_of(measured: float | None, age: float | None) -> float | None:
    """The maximum heart rate in bpm: as measured, else estimated from age in years (Nes et al. 2013)."""
    if measured is not None:
        return measured
    return None if age is None else max_bpm_nes(age)


def why_not_scored(resting_bpm: float | None, max_bpm: float | None, limits: Limits = LIMITS) -> str | None:
    """Why these heart rates in bpm allow no score, as a sentence, or None if they do (ours, open-pai-1)."""
    if resting_bpm is None:
        return "The resting heart rate is missing."
    if max_bpm is None:
        return "The maximum heart rate is missing, and so is the age to estimate it from."
    if not limits.lowest_resting <= resting_bpm <= limits.highest_resting:
        return _out_of_range("resting", resting_bpm, limits.lowest_resting, limits.highest_resting)
    if not limits.lowest_max <= max_bpm <= limits.highest_max:
        return _out_of_range("maximum", max_bpm, limits.lowest_max, limits.highest_max)
    if max_bpm - resting_bpm < limits.least_reserve:
        return (
            f"The maximum heart rate of {max_bpm:g} bpm must be at least {limits.least_reserve:g} bpm "
            f"above the resting heart rate of {resting_bpm:g} bpm."
        )
    return None


def _out_of_range(which: str, bpm: float, lowest: float, highest: float) -> str:
    return f"The {which} heart rate of {bpm:g} bpm is not between {lowest:g} and {highest:g} bpm."
