import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.downsampling import chosen, least_points

NAN = float("nan")


@given(
    seed=st.integers(0, 2**32),
    count=st.integers(1, 300),
    columns=st.integers(0, 3),
    missing=st.floats(0, 1),
    more=st.integers(0, 100),
)
def test_what_is_chosen_is_in_order_within_the_limit_and_has_both_ends_and_all_extremes(
    seed, count, columns, missing, more
):
    chance = np.random.default_rng(seed)
    time = 1_700_000_000 + np.cumsum(chance.choice([0, 1, 1, 1, 2, 600], count))
    values = np.round(chance.uniform(-5, 250, (columns, count)))
    values[chance.uniform(size=values.shape) < missing] = NAN
    most = least_points(columns) + more

    kept = chosen(time, list(values), most)

    assert len(kept) <= most
    assert (np.diff(kept) > 0).all()
    assert (kept[0], kept[-1]) == (0, len(time) - 1)
    for column in values:
        if not np.isnan(column).all():
            assert np.nanmin(column[kept]) == np.nanmin(column)
            assert np.nanmax(column[kept]) == np.nanmax(column)


def test_a_recording_that_fits_is_kept_whole():
    assert chosen(np.arange(100), [np.zeros(100)], 100).tolist() == list(range(100))


def test_points_are_spread_over_time_and_not_over_records():
    """Ten minutes with a record a second, then ten with one every half minute: either half has as many points."""
    time = np.concatenate([np.arange(600), np.arange(600, 1200, 30)])
    zigzag = np.arange(len(time)) % 2.0

    kept = chosen(time, [zigzag], 42)

    assert np.count_nonzero(time[kept] < 600) == pytest.approx(np.count_nonzero(time[kept] >= 600), abs=5)


def test_columns_that_peak_together_leave_no_points_unused():
    wave = np.round(100 * np.sin(np.arange(5000) ** 1.3))

    kept = chosen(np.arange(5000), [wave, wave + 60, wave * 2, np.full(5000, 7.0)], 500)

    assert 350 < len(kept) <= 500


def test_a_gap_in_a_column_stays_a_gap():
    heart_rate = np.full(1000, 150.0)
    heart_rate[300:500] = NAN

    kept = chosen(np.arange(1000), [heart_rate, np.arange(1000.0)], 102)

    unknown = kept[np.isnan(heart_rate[kept])]
    assert unknown.min() < 340
    assert unknown.max() > 460


def test_a_pause_has_no_points():
    time = np.concatenate([np.arange(500), np.arange(5000, 5500)])

    kept = time[chosen(time, [np.sin(time / 50)], 50)]

    assert not ((kept >= 500) & (kept < 5000)).any()


def test_without_columns_time_itself_is_thinned_out():
    kept = chosen(np.arange(1000), [], 22)

    assert len(kept) <= 22
    assert np.diff(kept).max() <= 101
