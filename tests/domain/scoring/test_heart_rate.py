import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.scoring.heart_rate import Held, Samples, cleaned, heart_rate_reserve, held
from tests.domain.scoring.strategies import Pairs, day_of, days, hostile_samples


def held_by_bpm(samples: Samples, hold_cap: float = 60.0) -> dict[float, float]:
    day: Held = held(samples, hold_cap)
    return {
        bpm: seconds for bpm, seconds in zip(day.bpm.tolist(), day.seconds.tolist(), strict=True) if seconds
    }


def test_a_sample_is_held_until_the_next_and_the_last_one_for_the_median():
    samples = Samples.of([0, 10, 30, 60], [100, 110, 120, 130])

    assert held_by_bpm(samples) == {100: 10.0, 110: 20.0, 120: 30.0, 130: 20.0}


def test_no_sample_is_held_longer_than_the_cap():
    minute_level = Samples.of([0, 250, 10_000], [100, 110, 120])

    assert held_by_bpm(minute_level) == {100: 60.0, 110: 60.0, 120: 60.0}
    assert held_by_bpm(minute_level, hold_cap=300) == {100: 250.0, 110: 300.0, 120: 275.0}


def test_a_single_sample_is_held_for_no_time():
    assert held_by_bpm(Samples.of([5], [150])) == {}


def test_impossible_heart_rates_are_dropped_before_time_is_shared_out():
    samples = Samples.of([0, 1, 2, 3, 4, 5], [100, 0, 255, 29, 241, 110])

    assert held_by_bpm(samples) == {100: 5.0, 110: 5.0}


def test_the_outermost_possible_heart_rates_stay():
    assert cleaned(Samples.of([0, 1], [30, 240])).bpm.tolist() == [30, 240]


def test_a_missing_heart_rate_among_floats_is_dropped():
    samples = Samples.of([0, 1, 2], [100.5, None, 110.5])

    assert held_by_bpm(samples) == {100.5: 2.0, 110.5: 2.0}


def test_of_two_samples_at_one_time_the_higher_counts():
    samples = Samples.of([0, 0, 10], [140, 100, 120])

    assert held_by_bpm(samples) == {140: 10.0, 120: 10.0}


def test_whole_numbers_out_of_a_byte_do_not_wrap_into_heart_rates():
    assert cleaned(Samples.of([0, 1, 2], np.array([256 + 100, -100, 2**40 + 90]))).bpm.size == 0


def test_times_and_heart_rates_of_two_lengths_are_refused():
    with pytest.raises(ValueError, match="one length"):
        Samples.of([0, 1], [100])


def test_an_empty_import_leaves_the_others_as_they_are():
    whole = Samples.of([0, 1], [100, 110])

    assert Samples.joined([Samples.of([], []), whole]).bpm.dtype == np.uint8


def test_nothing_joined_is_no_samples():
    assert Samples.joined([]).time.size == 0


@given(days(), st.randoms(use_true_random=False))
def test_the_order_of_samples_does_not_matter(pairs, chance):
    shuffled = chance.sample(pairs, len(pairs))

    assert held_by_bpm(day_of(shuffled)) == held_by_bpm(day_of(pairs))


@given(days(least=1), st.data())
def test_splitting_and_overlapping_imports_do_not_matter(pairs: Pairs, data):
    cut = data.draw(st.integers(0, len(pairs)))
    overlap = data.draw(st.integers(0, cut))
    imports = [day_of(pairs[cut - overlap :]), day_of(pairs[:cut])]

    assert held_by_bpm(Samples.joined(imports)) == held_by_bpm(day_of(pairs))


@given(days())
def test_duplicates_in_time_add_nothing(pairs):
    lower = [(time, max(30, bpm - 7)) for time, bpm in pairs]

    assert held_by_bpm(day_of(pairs + pairs + lower)) == held_by_bpm(day_of(pairs))


@given(days(least=1))
def test_whole_beats_and_the_same_beats_as_floats_are_held_alike(pairs):
    whole = day_of(pairs)
    floats = held(Samples(whole.time, whole.bpm.astype(np.float64)))

    by_bpm = np.bincount(floats.bpm.astype(np.int64), weights=floats.seconds, minlength=256)

    assert by_bpm.tolist() == pytest.approx(held(whole).seconds.tolist())


@given(hostile_samples())
def test_hostile_samples_are_held_for_a_possible_time(samples):
    day = held(samples)

    assert (day.seconds >= 0).all()
    assert day.seconds.sum() <= 60.0 * samples.time.size
    assert ((day.bpm >= 30) & (day.bpm <= 240))[day.seconds > 0].all()


def test_a_reserve_is_clipped_to_0_and_1():
    assert heart_rate_reserve(np.array([50.0, 60.0, 110.0, 160.0, 170.0]), 60, 160).tolist() == [
        0,
        0,
        0.5,
        1,
        1,
    ]


@pytest.mark.parametrize("highest", [60, 59, float("nan")])
def test_a_maximum_that_is_not_above_resting_is_refused(highest):
    with pytest.raises(ValueError, match="above the resting"):
        heart_rate_reserve(np.array([100.0]), 60, highest)
