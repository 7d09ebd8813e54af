import pytest

from domain.scoring.biometrics import max_bpm_of, why_not_scored


@pytest.mark.parametrize(("resting", "highest"), [(60, 185), (30, 100), (120, 240), (30, 240), (70, 100)])
def test_heart_rates_within_the_limits_may_be_scored(resting, highest):
    assert why_not_scored(resting, highest) is None


@pytest.mark.parametrize(
    ("resting", "highest", "reason"),
    [
        (None, 185, "The resting heart rate is missing."),
        (60, None, "The maximum heart rate is missing, and so is the age to estimate it from."),
        (29, 185, "The resting heart rate of 29 bpm is not between 30 and 120 bpm."),
        (120.5, 185, "The resting heart rate of 120.5 bpm is not between 30 and 120 bpm."),
        (60, 99, "The maximum heart rate of 99 bpm is not between 100 and 240 bpm."),
        (60, 241, "The maximum heart rate of 241 bpm is not between 100 and 240 bpm."),
        (float("nan"), 185, "The resting heart rate of nan bpm is not between 30 and 120 bpm."),
        (60, float("nan"), "The maximum heart rate of nan bpm is not between 100 and 240 bpm."),
        (
            90,
            119,
            (
                "The maximum heart rate of 119 bpm must be at least 30 bpm "
                "above the resting heart rate of 90 bpm."
            ),
        ),
    ],
)
def test_the_reason_names_what_is_missing_or_out_of_range(resting, highest, reason):
    assert why_not_scored(resting, highest) == reason


@pytest.mark.parametrize(
    ("measured", "age", "expected"), [(190, 40, 190), (None, 40, 185.4), (190, None, 190), (None, None, None)]
)
def test_a_measured_maximum_goes_before_the_estimated_one(measured, age, expected):
    assert max_bpm_of(measured, age) == expected
