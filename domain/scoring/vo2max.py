"""VO2 max in mL/kg/min from a few questions or a PAI score, and the age it is typical of."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from domain.scoring.biometrics import Sex

YOUNGEST, OLDEST = 20.0, 90.0
MOST_PA_INDEX = 45.0
PA_INDEX_AT_100_PAI = 18.1
DAYS_TO_CALIBRATE = 4


class Frequency(StrEnum):
    """How often one exercises (HUNT questionnaire)."""

    NEVER = "never"
    LESS_THAN_WEEKLY = "less_than_weekly"
    ONCE_A_WEEK = "once_a_week"
    TWO_THREE_A_WEEK = "two_three_a_week"
    ALMOST_DAILY = "almost_daily"


class Intensity(StrEnum):
    """How hard one exercises (HUNT questionnaire)."""

    EASY = "easy"
    BREATHLESS_SWEATY = "breathless_sweaty"
    NEAR_EXHAUSTION = "near_exhaustion"


class Duration(StrEnum):
    """How many minutes one exercises at a time (HUNT questionnaire)."""

    UNDER_15 = "lt15"
    FROM_15_TO_29 = "m15_29"
    FROM_30_TO_60 = "m30_60"
    OVER_60 = "gt60"


class Calibration(StrEnum):
    CALIBRATED = "calibrated"
    UNCALIBRATED = "uncalibrated"


@dataclass(frozen=True, slots=True)
class _Model:
    """One line of Nes et al. 2011: a constant and what each measure takes from it or adds."""

    constant: float
    age: float
    body: float
    resting: float
    pa_index: float

    def vo2max(self, age: float, body: float, resting_bpm: float, pa_index: float) -> float:
        lost = self.age * age + self.body * body + self.resting * resting_bpm
        return self.constant - lost + self.pa_index * pa_index


_WAIST_MODEL = {
    Sex.MALE: _Model(100.27, age=0.296, body=0.369, resting=0.155, pa_index=0.226),
    Sex.FEMALE: _Model(74.74, age=0.247, body=0.259, resting=0.114, pa_index=0.198),
}
_BMI_MODEL = {
    Sex.MALE: _Model(92.05, age=0.327, body=0.933, resting=0.167, pa_index=0.257),
    Sex.FEMALE: _Model(70.77, age=0.244, body=0.749, resting=0.107, pa_index=0.213),
}
_PA_INDEX: dict[Frequency | Intensity | Duration, float] = {
    Frequency.NEVER: 0.0,
    Frequency.LESS_THAN_WEEKLY: 0.0,
    Frequency.ONCE_A_WEEK: 1.0,
    Frequency.TWO_THREE_A_WEEK: 2.0,
    Frequency.ALMOST_DAILY: 3.0,
    Intensity.EASY: 0.0,
    Intensity.BREATHLESS_SWEATY: 5.0,
    Intensity.NEAR_EXHAUSTION: 10.0,
    Duration.UNDER_15: 1.0,
    Duration.FROM_15_TO_29: 1.0,
    Duration.FROM_30_TO_60: 1.5,
    Duration.OVER_60: 1.5,
}
_MID_DECADES = (25.0, 35.0, 45.0, 55.0, 65.0, 75.0)
_DECADE_MEANS = {
    Sex.MALE: (54.4, 49.1, 47.2, 42.6, 39.2, 35.3),
    Sex.FEMALE: (43.0, 40.0, 38.4, 34.4, 31.1, 28.3),
}


def pa_index(frequency: Frequency, intensity: Intensity, duration: Duration) -> float:
    """The physical activity index, 0 to 45 (HUNT; Nes et al. 2011, doi:10.1249/MSS.0b013e31821d3f6f)."""
    return _PA_INDEX[frequency] * _PA_INDEX[intensity] * _PA_INDEX[duration]


def pa_index_from_pai(pai_score: float) -> float:
    """The physical activity index, 0 to 45, that a PAI score amounts to (ours, open-pai-1)."""
    return min(MOST_PA_INDEX, PA_INDEX_AT_100_PAI * pai_score / 100.0)


def calibration(days_with_heart_rate: int) -> Calibration:
    """Whether enough of the last seven days have heart-rate data to trust the score (ours, open-pai-1)."""
    enough = days_with_heart_rate >= DAYS_TO_CALIBRATE
    return Calibration.CALIBRATED if enough else Calibration.UNCALIBRATED


def vo2max_nes(
    sex: Sex,
    age: float,
    resting_bpm: float,
    pa_index: float,
    *,
    waist_cm: float | None = None,
    bmi: float | None = None,
) -> float:
    """VO2 max in mL/kg/min for ages 20 to 90, from the waist in cm or, without one, the BMI in kg/m2
    (Nes et al. 2011, doi:10.1249/MSS.0b013e31821d3f6f).
    """
    if waist_cm is not None:
        return _WAIST_MODEL[sex].vo2max(age, waist_cm, resting_bpm, pa_index)
    if bmi is not None:
        return _BMI_MODEL[sex].vo2max(age, bmi, resting_bpm, pa_index)
    raise ValueError("VO2 max needs a waist circumference or a BMI.")


def vo2max_jackson(sex: Sex, age: float, bmi: float, activity_rating: float) -> float:
    """VO2 max in mL/kg/min from the BMI in kg/m2 and the 0 to 7 physical activity rating (Jackson 1990)."""
    women = 56.363 + 1.921 * activity_rating - 0.381 * age - 0.754 * bmi
    return women + 10.987 if sex is Sex.MALE else women


def vo2max_uth(resting_bpm: float, max_bpm: float) -> float:
    """VO2 max in mL/kg/min from the ratio of maximum to resting heart rate in bpm (Uth 2004)."""
    return 15.3 * max_bpm / resting_bpm


def fitness_age(sex: Sex, vo2max: float) -> float:
    """The age in years, 20 to 90, whose mean VO2 max this is (Loe et al. 2013, PLoS ONE e64319)."""
    ages, means = list(pairwise(_MID_DECADES)), list(pairwise(_DECADE_MEANS[sex]))
    inner = (i for i, (_, older_mean) in enumerate(means) if vo2max >= older_mean)
    segment = next(inner, len(means) - 1)
    (young, old), (young_mean, old_mean) = ages[segment], means[segment]
    years = young + (old - young) * (young_mean - vo2max) / (young_mean - old_mean)
    return min(max(years, YOUNGEST), OLDEST)


def why_no_vo2max(
    sex: Sex | None,
    age: float | None,
    resting_bpm: float | None,
    waist_cm: float | None = None,
    bmi: float | None = None,
) -> str | None:
    """Why Nes et al. 2011 cannot tell the VO2 max of such a person, as a sentence, or None if it can."""
    if sex is None:
        return "The sex is missing."
    if age is None:
        return "The age is missing."
    if not YOUNGEST <= age <= OLDEST:
        return f"The age of {age:g} years is not between {YOUNGEST:g} and {OLDEST:g} years."
    if resting_bpm is None:
        return "The resting heart rate is missing."
    if waist_cm is None and bmi is None:
        return "The waist circumference is missing, and so are the weight and height to use instead."
    return None
