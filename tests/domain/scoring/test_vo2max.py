from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.scoring.biometrics import Sex
from domain.scoring.vo2max import (
    Calibration,
    Duration,
    Frequency,
    Intensity,
    calibration,
    fitness_age,
    pa_index,
    pa_index_from_pai,
    vo2max_jackson,
    vo2max_nes,
    why_no_vo2max,
)

LOE_2013 = {
    Sex.MALE: {25: 54.4, 35: 49.1, 45: 47.2, 55: 42.6, 65: 39.2, 75: 35.3},
    Sex.FEMALE: {25: 43.0, 35: 40.0, 45: 38.4, 55: 34.4, 65: 31.1, 75: 28.3},
}
sexes = st.sampled_from(Sex)


@pytest.mark.parametrize("frequency", Frequency)
@pytest.mark.parametrize("intensity", Intensity)
@pytest.mark.parametrize("duration", Duration)
def test_every_answer_has_a_pa_index_from_0_to_45(frequency, intensity, duration):
    assert 0 <= pa_index(frequency, intensity, duration) <= 45


@pytest.mark.parametrize(
    ("pai", "expected"), [(0, 0), (50, 9.05), (100, 18.1), (199.9, 36.1819), (248.7, 45), (400, 45)]
)
def test_a_pai_score_amounts_to_a_pa_index_of_45_at_most(pai, expected):
    assert pa_index_from_pai(pai) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("days", "status"),
    [
        (0, Calibration.UNCALIBRATED),
        (3, Calibration.UNCALIBRATED),
        (4, Calibration.CALIBRATED),
        (7, Calibration.CALIBRATED),
    ],
)
def test_four_days_of_heart_rate_in_a_week_calibrate(days, status):
    assert calibration(days) is status


def test_the_waist_goes_before_the_bmi():
    waist = vo2max_nes(Sex.MALE, 45, 62, 15, waist_cm=95)

    assert vo2max_nes(Sex.MALE, 45, 62, 15, waist_cm=95, bmi=24) == waist
    assert vo2max_nes(Sex.MALE, 45, 62, 15, bmi=24) != waist


def test_the_bmi_model_for_women_is_the_published_one():
    expected = 70.77 - 0.244 * 50 - 0.749 * 26 - 0.107 * 70 + 0.213 * 10

    assert vo2max_nes(Sex.FEMALE, 50, 70, 10, bmi=26) == pytest.approx(expected)


def test_vo2max_without_waist_and_bmi_is_refused():
    with pytest.raises(ValueError, match="waist"):
        vo2max_nes(Sex.MALE, 45, 62, 15)


def test_jackson_gives_men_a_constant_more():
    men, women = (vo2max_jackson(sex, 40, 25, 4) for sex in (Sex.MALE, Sex.FEMALE))

    assert men - women == pytest.approx(10.987)


@pytest.mark.parametrize("sex", Sex)
def test_a_decade_mean_is_typical_of_the_middle_of_its_decade(sex):
    ages = {age: fitness_age(sex, vo2max) for age, vo2max in LOE_2013[sex].items()}

    assert ages == pytest.approx({age: age for age in ages})


@pytest.mark.parametrize(
    ("sex", "vo2max", "age"),
    [
        (Sex.MALE, 51.75, 30),  # halfway between two means
        (Sex.MALE, 56.0, 25 - 10 * 1.6 / 5.3),  # the first segment goes on
        (Sex.MALE, 33.0, 75 + 10 * 2.3 / 3.9),  # and so does the last
        (Sex.MALE, 70.0, 20),
        (Sex.FEMALE, 10.0, 90),
    ],
)
def test_a_fitness_age_is_interpolated_extrapolated_and_clamped(sex, vo2max, age):
    assert fitness_age(sex, vo2max) == pytest.approx(age)


@given(sexes, st.lists(st.floats(-50, 150), min_size=2).map(sorted))
def test_a_fitter_body_is_never_older(sex, rising):
    for less, more in pairwise(rising):
        assert fitness_age(sex, more) <= fitness_age(sex, less) + 1e-9


@pytest.mark.parametrize(
    ("given_", "reason"),
    [
        ((Sex.MALE, 45, 62, 95, None), None),
        ((Sex.MALE, 20, 62, None, 24), None),
        ((None, 45, 62, 95, 24), "The sex is missing."),
        ((Sex.MALE, None, 62, 95, 24), "The age is missing."),
        ((Sex.MALE, 19, 62, 95, 24), "The age of 19 years is not between 20 and 90 years."),
        ((Sex.MALE, 91, 62, 95, 24), "The age of 91 years is not between 20 and 90 years."),
        ((Sex.MALE, 45, None, 95, 24), "The resting heart rate is missing."),
        (
            (Sex.MALE, 45, 62, None, None),
            "The waist circumference is missing, and so are the weight and height to use instead.",
        ),
    ],
)
def test_the_reason_for_no_vo2max_names_what_is_missing_or_out_of_range(given_, reason):
    assert why_no_vo2max(*given_) == reason
