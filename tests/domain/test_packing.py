import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.fit.profile import STEPS
from domain.packing import pack, pack_measurements, pack_times, unpack, unpack_times

NAN = float("nan")
STEPPED = st.sampled_from(sorted(STEPS.values()))


@given(STEPPED, st.lists(st.integers(-(2**31), 2**32) | st.none(), max_size=40))
def test_measurements_in_steps_come_back_exactly(per_unit, steps):
    values = np.array([NAN if step is None else step / per_unit for step in steps], float)

    assert unpack(pack_measurements(values, per_unit)).tolist() == pytest.approx(
        values.tolist(), nan_ok=True, rel=1e-12
    )


@given(st.none() | STEPPED, st.lists(st.floats(width=32), max_size=40))
def test_measurements_between_steps_or_of_any_size_come_back_in_single_precision(per_unit, numbers):
    found = unpack(pack_measurements(np.array(numbers, float), per_unit))

    np.testing.assert_allclose(found, np.array(numbers), rtol=1e-6, atol=2e-3)


def test_numbers_beyond_single_precision_are_no_numbers_any_more():
    assert unpack(pack_measurements(np.array([1e300, 1.0]), 1000)).tolist() == [float("inf"), 1]


def test_a_position_is_kept_to_the_centimetre():
    latitude = np.array([52.51627490, -33.85678280, NAN])
    written = np.round(latitude * STEPS["latitude"]) / STEPS["latitude"]

    assert unpack(pack_measurements(written, STEPS["latitude"])).tolist() == pytest.approx(
        latitude.tolist(), nan_ok=True, abs=1e-7
    )


def test_a_second_of_a_workout_takes_about_a_byte_for_each_metric():
    walk = np.random.default_rng(1).integers(-1, 2, 3600).cumsum() + 140.0

    assert len(pack_measurements(walk, 1)) < 1500
    assert len(pack_times(np.arange(3600) + 1_700_000_000)) < 200


def test_columns_written_in_single_precision_before_are_still_read():
    before = zlib.compress(b"<f4\n" + struct.pack("<3f", 1.5, NAN, 3))

    assert unpack(before).tolist() == pytest.approx([1.5, NAN, 3], nan_ok=True)


@given(st.lists(st.integers(-(2**40), 2**40)))
def test_times_and_whole_numbers_come_back(times):
    assert unpack_times(pack_times(np.array(times, np.int64))).tolist() == times
    assert unpack(pack(np.array(times, np.int64))).tolist() == times
