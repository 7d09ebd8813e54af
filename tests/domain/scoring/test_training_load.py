import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.scoring.biometrics import Sex
from domain.scoring.training_load import (
    Balance,
    balances,
    estimated_threshold_bpm,
    hrss,
    power_tss,
    trimp_banister,
    trimp_edwards,
    week,
)
from tests.domain.scoring.strategies import bodies, day_of, days, hostile_samples, steady

RESTING, MAX = 60, 185
sexes = st.sampled_from(Sex)


@pytest.mark.parametrize(
    ("bpm", "zone"), [(99, 0), (100, 1), (119, 1), (120, 2), (140, 3), (160, 4), (179, 4), (180, 5), (210, 5)]
)
def test_an_edwards_zone_begins_on_its_percentage(bpm, zone):
    assert trimp_edwards(steady(bpm, 10), 200) == pytest.approx(10 * zone)


def test_the_same_reserve_weighs_otherwise_for_women():
    hour = steady(150, 60)

    assert trimp_banister(hour, RESTING, MAX, Sex.FEMALE) == pytest.approx(
        60 * 0.72 * 0.86 * 3.32778, rel=1e-4
    )
    assert trimp_banister(hour, RESTING, MAX, Sex.MALE) == pytest.approx(60 * 0.72 * 0.64 * 3.98426, rel=1e-4)


def test_trimp_is_summed_sample_by_sample_and_not_taken_from_the_mean():
    uneven = day_of([(second, 100 if second % 2 else 180) for second in range(3600)])

    assert trimp_banister(uneven, RESTING, MAX, Sex.MALE) > trimp_banister(
        steady(140, 60), RESTING, MAX, Sex.MALE
    )


def test_an_unknown_threshold_is_estimated_and_says_so():
    threshold = estimated_threshold_bpm(RESTING, MAX)

    hour = hrss(steady(threshold, 60), RESTING, MAX, Sex.FEMALE)

    assert threshold == RESTING + 0.85 * (MAX - RESTING)
    assert (hour.threshold_bpm, hour.threshold_estimated) == (threshold, True)
    assert hour.score == pytest.approx(100)


def test_a_known_threshold_is_not_estimated():
    assert not hrss(steady(150, 60), RESTING, MAX, Sex.MALE, threshold_bpm=165).threshold_estimated


@pytest.mark.parametrize("threshold", [60, 0, float("nan")])
def test_a_threshold_that_is_not_above_resting_is_refused(threshold):
    with pytest.raises(ValueError, match="threshold"):
        hrss(steady(150, 60), RESTING, MAX, Sex.MALE, threshold)


def test_an_hour_at_functional_threshold_power_is_100():
    assert power_tss(3600, 1.0) == 100
    assert power_tss(1800, 0.8) == pytest.approx(32)


def test_what_the_device_recorded_goes_before_what_we_compute():
    assert power_tss(3600, 1.0, recorded=87.5) == 87.5
    assert power_tss(3600, 1.0, recorded=0.0) == 0.0


def test_the_balance_of_a_day_is_that_of_the_evening_before():
    first, second = balances([100.0, 0.0], Balance(ctl=42.0, atl=7.0))

    assert first == Balance(ctl=pytest.approx(42 + 58 / 42), atl=pytest.approx(7 + 93 / 7), tsb=35.0)
    assert second.tsb == first.ctl - first.atl


@given(st.lists(st.floats(0, 500)), st.integers(0, 50))
def test_balances_may_be_carried_on_from_any_day(loads, cut):
    at_once = balances(loads)

    begun = balances(loads[:cut])

    assert begun + balances(loads[cut:], begun[-1] if begun else Balance()) == at_once


def test_monotony_is_mean_over_deviation_and_strain_their_product_with_the_load():
    seven = week([100, 0, 100, 0, 100, 0, 100])

    assert seven.load == 400
    assert seven.monotony == pytest.approx((400 / 7) / 53.4522, rel=1e-5)
    assert seven.strain == pytest.approx(400 * seven.monotony)


@pytest.mark.parametrize("load", [0.0, 0.1, 50.0])
def test_seven_days_alike_have_neither_monotony_nor_strain(load):
    alike = week([load] * 7)

    assert (alike.monotony, alike.strain) == (None, None)


def test_a_week_of_six_days_is_refused():
    with pytest.raises(ValueError, match="seven"):
        week([1.0] * 6)


@given(days(), st.randoms(use_true_random=False), sexes)
def test_the_order_of_samples_does_not_matter(pairs, chance, sex):
    shuffled = chance.sample(pairs, len(pairs))

    ours, theirs = (trimp_banister(day_of(order), RESTING, MAX, sex) for order in (pairs, shuffled))

    assert ours == theirs


@given(hostile_samples(), bodies(), sexes)
def test_hostile_samples_never_raise(samples, body, sex):
    assert trimp_banister(samples, *body, sex) >= 0
    assert trimp_edwards(samples, body[1]) >= 0
    assert hrss(samples, *body, sex).score >= 0
