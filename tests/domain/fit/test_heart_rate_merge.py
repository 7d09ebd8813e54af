import math

import garmin_fit_sdk
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.fit import FitError, FitErrorCode, Limits, read
from domain.fit.encoder import FieldSpec, FitWriter
from tests.domain.fit.made_files import BPM, HEART_RATE, RECORD, T0, TIME

FRACTION, TIME_256 = FieldSpec(0, "uint16"), FieldSpec(1, "uint8")
ONE_BPM, ONE_EVENT = FieldSpec(6, "uint8"), FieldSpec(9, "uint32")
EIGHT_BPM, EIGHT_EVENTS = FieldSpec(6, "uint8", 8), FieldSpec(10, "byte", 12)


def packed(ticks):
    whole = sum((tick & 0xFFF) << 12 * at for at, tick in enumerate(ticks))
    return whole.to_bytes(len(ticks) * 12 // 8, "little")


def swim(seconds, beats, *, fraction=0, first_tick=1_000):
    """Records at these seconds, beats as (ticks since the last, bpm): an anchor, then eight in a message."""
    writer = FitWriter().define(0, RECORD, [TIME])
    for second in seconds:
        writer.data(0, T0 + second)
    writer.define(1, HEART_RATE, [TIME, FRACTION, ONE_BPM, ONE_EVENT]).data(1, T0, fraction, 70, first_tick)
    writer.define(2, HEART_RATE, [EIGHT_BPM, EIGHT_EVENTS])
    ticks = first_tick + np.cumsum([step for step, _ in beats])
    for at in range(0, len(beats) - 7, 8):
        some = slice(at, at + 8)
        writer.data(2, [bpm for _, bpm in beats[some]], packed(ticks[some].tolist()))
    return writer.to_bytes()


def heart_rate(data, limits=None):
    records = read(data, limits or Limits()).records
    values = records.columns.get("heart_rate", np.full(len(records), np.nan)).tolist()
    return [None if math.isnan(value) else value for value in values]


def by_the_sdk(data):
    messages, errors = garmin_fit_sdk.Decoder(garmin_fit_sdk.Stream.from_byte_array(bytearray(data))).read()
    assert not errors
    return [message.get("heart_rate") for message in messages["record_mesgs"]]


def test_beats_are_averaged_over_the_second_before_each_record():
    data = swim(range(6), [(512, 80), (512, 90)] * 8)

    assert heart_rate(data) == by_the_sdk(data) == [70, 80, 85, 85, 85, 85]


def test_a_value_holds_five_seconds_and_no_longer():
    long_pause = [(3_000, 100)] + [(4_000, 101)] * 3 + [(100, 102)] * 4

    data = swim(range(30), long_pause)

    assert heart_rate(data) == by_the_sdk(data)


@settings(max_examples=150)
@given(
    steps=st.lists(st.sampled_from([0, 0, 1, 1, 1, 1, 2, 3, 9]), min_size=1, max_size=60),
    beats=st.lists(st.tuples(st.integers(0, 4_095), st.integers(30, 220)), min_size=8, max_size=120),
    fraction=st.integers(0, 32_767),
    first_tick=st.integers(0, 2**31),
)
def test_any_swim_is_merged_as_the_official_sdk_does(steps, beats, fraction, first_tick):
    data = swim(np.cumsum(steps).tolist(), beats, fraction=fraction, first_tick=first_tick)

    assert heart_rate(data) == by_the_sdk(data)


def test_beats_replace_what_the_record_said():
    writer = FitWriter().define(0, RECORD, [TIME, BPM]).data(0, T0, 50).data(0, T0 + 1, 50)
    writer.define(1, HEART_RATE, [TIME, FRACTION, ONE_BPM, ONE_EVENT])
    writer.data(1, T0, 0, 70, 0).data(1, T0 + 5, 0, 71, 5_120)

    assert heart_rate(writer.to_bytes()) == [70, 70]


@pytest.mark.parametrize(("fields", "values"), [([TIME_256], [128]), ([FRACTION], [16_384])])
def test_half_seconds_of_the_anchor_are_told_in_either_field(fields, values):
    writer = FitWriter().define(0, RECORD, [TIME])
    for second in range(3):
        writer.data(0, T0 + second)
    writer.define(1, HEART_RATE, [TIME, *fields, ONE_BPM, ONE_EVENT])
    writer.data(1, T0, *values, 90, 0).data(1, T0 + 9, *values, 90, 9 * 1024)

    assert heart_rate(writer.to_bytes()) == [None, 90, 90]


def test_beats_before_any_anchor_and_beats_without_a_value_are_left_out():
    writer = FitWriter().define(0, RECORD, [TIME])
    for second in range(4):
        writer.data(0, T0 + second)
    writer.define(2, HEART_RATE, [EIGHT_BPM, EIGHT_EVENTS]).data(2, [200] * 8, packed(range(8)))
    writer.define(1, HEART_RATE, [TIME, FRACTION, ONE_BPM, ONE_EVENT])
    writer.data(1, T0, 0, 60, 0).data(1, T0 + 1, 0, None, 1_024).data(1, T0 + 9, 0, 60, 9_216)

    assert heart_rate(writer.to_bytes()) == [60, 60, 60, 60]


def test_the_clock_of_the_strap_may_run_over():
    writer = FitWriter().define(0, RECORD, [TIME])
    for second in range(4):
        writer.data(0, T0 + second)
    writer.define(1, HEART_RATE, [TIME, FRACTION, ONE_BPM, ONE_EVENT]).data(1, T0, 0, 60, 2**32 - 1_024)
    writer.define(2, HEART_RATE, [ONE_BPM, ONE_EVENT])
    for second in range(5):
        writer.data(2, 61 + second, second * 1_024)

    assert heart_rate(writer.to_bytes())[0] == 60
    assert heart_rate(writer.to_bytes())[3] is not None


def test_files_without_records_or_without_beats_stay_as_they_are():
    alone = FitWriter().define(1, HEART_RATE, [TIME, FRACTION, ONE_BPM, ONE_EVENT]).data(1, T0, 0, 70, 0)
    beatless = FitWriter().define(0, RECORD, [TIME]).data(0, T0).define(1, HEART_RATE, [TIME]).data(1, T0)

    assert heart_rate(alone.to_bytes()) == []
    assert heart_rate(beatless.to_bytes()) == [None]


def test_more_beats_than_allowed_are_refused():
    data = swim(range(6), [(512, 80)] * 80)

    for limit in (80, 120):  # as written, and with the steps they are held for
        with pytest.raises(FitError) as error:
            heart_rate(data, Limits(max_beats=limit))
        assert error.value.code is FitErrorCode.TOO_LARGE
