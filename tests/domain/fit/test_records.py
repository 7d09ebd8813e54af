import math

import numpy as np
import pytest

from domain.fit import NO_TIME, FitError, FitErrorCode, Limits, read
from domain.fit.encoder import DeveloperSpec, FieldSpec, FitWriter
from tests.domain.fit.made_files import (
    BPM,
    ENHANCED_SPEED,
    POWER,
    RECORD,
    SPEED,
    START,
    T0,
    TIME,
    records,
)

FIELD_DESCRIPTION = 206


def column(data, name):
    """The values of a column, None where it is missing."""
    values = read(data).records.columns[name].tolist()
    return [None if math.isnan(value) else value for value in values]


def times(data):
    return [None if time == NO_TIME else time - START for time in read(data).records.time.tolist()]


@pytest.mark.parametrize("big_endian", [False, True])
def test_both_byte_orders_are_read(big_endian):
    fields = (TIME, BPM, POWER, FieldSpec(0, "sint32"), FieldSpec(13, "sint8"), FieldSpec(2, "uint16"))

    data = records((T0, 120, 300, -(2**30), -5, 2_600), fields=fields, big_endian=big_endian).to_bytes()

    assert times(data) == [0]
    found = {name: values.tolist() for name, values in read(data).records.columns.items()}
    assert found == {
        "heart_rate": [120],
        "power": [300],
        "latitude": [-90],
        "temperature": [-5],
        "altitude": [20],
    }


def test_both_byte_orders_may_meet_in_one_file():
    little = FitWriter().define(0, RECORD, [TIME, POWER]).data(0, T0, 258)
    big = FitWriter(big_endian=True).define(0, RECORD, [TIME, POWER]).data(0, T0 + 1, 259)

    data = little.raw(bytes(big.to_bytes()[14:-2])).to_bytes()

    assert column(data, "power") == [258, 259]


def test_a_local_type_may_be_defined_anew_in_mid_file():
    writer = records((T0, 100), (T0 + 1, 101))
    writer.define(0, RECORD, [POWER, TIME]).data(0, 250, T0 + 2).data(0, 251, T0 + 3)
    writer.define(0, RECORD, [TIME, BPM]).data(0, T0 + 4, 104)

    data = writer.to_bytes()

    assert times(data) == [0, 1, 2, 3, 4]
    assert column(data, "heart_rate") == [100, 101, None, None, 104]
    assert column(data, "power") == [None, None, 250, 251, None]


def test_records_of_several_layouts_stay_in_the_order_of_the_file():
    writer = FitWriter().define(0, RECORD, [TIME, BPM]).define(1, RECORD, [TIME, POWER])
    for second in range(0, 90, 3):
        writer.data(0, T0 + second, 100 + second).data(1, T0 + second + 1, second).data(
            1, T0 + second + 2, second
        )

    data = writer.to_bytes()

    assert times(data) == list(range(90))
    assert column(data, "heart_rate")[::3] == list(range(100, 190, 3))


def test_long_runs_of_one_type_are_found_whole():
    rows = [(T0 + second, second % 200 + 30) for second in range(5_000)]

    data = records(*rows).to_bytes()

    assert times(data) == list(range(5_000))
    assert column(data, "heart_rate") == [bpm for _, bpm in rows]


@pytest.mark.parametrize(
    ("kind", "invalid"),
    [("uint8", 0xFF), ("sint8", 0x7F), ("uint16", 0xFFFF), ("uint8z", 0), ("uint32", 0xFFFFFFFF)],
)
def test_invalid_values_are_missing(kind, invalid):
    data = records((1,), (invalid,), (3,), fields=[FieldSpec(3, kind)]).to_bytes()

    assert column(data, "heart_rate") == [1, None, 3]


def test_values_that_are_no_number_are_missing():
    rows = [(1.5,), (float("nan"),), (float("inf"),)]

    assert column(records(*rows, fields=[FieldSpec(7, "float32")]).to_bytes(), "power") == [1.5, None, None]


def test_a_column_that_is_invalid_throughout_is_left_out():
    assert "heart_rate" not in read(records((T0, None), (T0 + 1, None)).to_bytes()).records.columns


def test_zero_is_a_value():
    assert column(records((T0, 0), (T0 + 1, 60)).to_bytes(), "heart_rate") == [0, 60]


def test_enhanced_values_come_before_plain_ones():
    rows = [(1_000, 2_000), (1_000, None), (None, 2_000)]

    for fields, given in (
        ((SPEED, ENHANCED_SPEED), rows),
        ((ENHANCED_SPEED, SPEED), [row[::-1] for row in rows]),
    ):
        assert column(records(*given, fields=fields).to_bytes(), "speed") == [2, 1, 2]


def test_compressed_speed_and_distance_are_unpacked_and_go_on_past_their_12_bits():
    packed = FieldSpec(8, "byte", 3)
    rows = [((3_00 | (at * 1_000 % 4096) << 12).to_bytes(3, "little"),) for at in range(10)]

    data = records(*rows, (b"\xff\xff\xff",), fields=[packed]).to_bytes()

    assert column(data, "speed") == [3] * 10 + [None]
    assert column(data, "distance") == [at * 1_000 / 16 for at in range(10)] + [None]


def test_a_field_of_the_wrong_size_is_skipped_alone():
    misaligned = FieldSpec(7, "uint16", size=3)
    writer = FitWriter().define(0, RECORD, [TIME, misaligned, BPM])
    writer.raw(b"\0" + T0.to_bytes(4, "little") + b"\1\2\3" + b"\x50")

    data = writer.to_bytes()

    assert column(data, "heart_rate") == [80]
    assert "power" not in read(data).records.columns


def test_a_field_of_an_unknown_type_is_skipped_alone():
    definition = b"\x40\0\0\x14\0\2" + bytes((7, 2, 0x1F)) + bytes((3, 1, 2))

    assert column(FitWriter().raw(definition).raw(b"\0\1\1\x50").to_bytes(), "heart_rate") == [80]


def test_arrays_where_a_number_belongs_are_skipped():
    data = records(((1, 2), 80), fields=[FieldSpec(7, "uint16", 2), BPM]).to_bytes()

    assert set(read(data).records.columns) == {"heart_rate"}


def test_a_field_written_twice_counts_once():
    assert column(records((80, 90), fields=[BPM, BPM]).to_bytes(), "heart_rate") == [80]


def described(name, *, number=4, app=0, kind=0x84):
    fields = [FieldSpec(0, "uint8"), FieldSpec(1, "uint8"), FieldSpec(2, "uint8"), FieldSpec(3, "string", 16)]
    return FitWriter().define(1, FIELD_DESCRIPTION, fields).data(1, app, number, kind, name)


def test_developer_fields_are_columns_under_their_described_name():
    writer = described("Form Power").define(0, RECORD, [BPM], [DeveloperSpec(4, 2)])
    writer.data(0, 80, developer=b"\x2c\1").data(0, 81, developer=b"\xff\xff")

    data = writer.to_bytes()

    assert column(data, "developer:Form Power") == [300, None]
    assert column(data, "heart_rate") == [80, 81]


def test_developer_fields_without_a_description_are_skipped():
    writer = described("Other", number=9).define(0, RECORD, [BPM], [DeveloperSpec(4, 2), DeveloperSpec(5, 3)])

    data = writer.data(0, 80, developer=b"\1\2\3\4\5").to_bytes()

    assert set(read(data).records.columns) == {"heart_rate"}


def test_developer_fields_of_the_wrong_size_are_skipped():
    writer = described("Form Power").define(0, RECORD, [BPM], [DeveloperSpec(4, 3)])

    assert set(read(writer.data(0, 80, developer=b"\1\2\3").to_bytes()).records.columns) == {"heart_rate"}


def test_names_are_freed_of_what_is_no_text():
    writer = described(b"Leg\xff\x07 Spring\0junk").define(0, RECORD, [BPM], [DeveloperSpec(4, 2)])

    data = writer.data(0, 80, developer=b"\1\0").to_bytes()

    assert column(data, "developer:Leg Spring") == [1]


def test_each_chained_part_describes_its_own_developer_fields():
    parts = [
        described(name)
        .define(0, RECORD, [BPM], [DeveloperSpec(4, 2)])
        .data(0, 80, developer=b"\7\0")
        .to_bytes()
        for name in ("One", "Two")
    ]

    data = b"".join(parts)

    assert column(data, "developer:One") == [7, None]
    assert column(data, "developer:Two") == [None, 7]


def test_compressed_timestamps_go_on_from_the_last_whole_one():
    writer = FitWriter().define(1, RECORD, [TIME, BPM]).define(0, RECORD, [BPM])
    writer.data(1, T0, 60)
    for second in (1, 2, 30, 31, 60, 91):  # each less than 32 s after the one before
        writer.data(0, 60, timestamp=T0 + second)
    writer.data(1, T0 + 500, 60).data(0, 60, timestamp=T0 + 531)

    assert times(writer.to_bytes()) == [0, 1, 2, 30, 31, 60, 91, 500, 531]


def test_compressed_timestamps_count_from_messages_of_any_kind():
    event, lap = 21, 19
    writer = FitWriter().define(0, RECORD, [BPM]).define(1, event, [TIME]).define(2, lap, [TIME])
    writer.data(1, T0 + 40).data(0, 60, timestamp=T0 + 41).data(2, T0 + 100).data(0, 61, timestamp=T0 + 110)

    assert times(writer.to_bytes()) == [41, 110]


def test_compressed_timestamps_with_nothing_before_them_are_missing_in_every_part():
    part = FitWriter().define(0, RECORD, [BPM]).data(0, 60, timestamp=T0)
    whole = part.to_bytes()
    known = (
        FitWriter()
        .define(1, RECORD, [TIME])
        .data(1, T0)
        .define(0, RECORD, [BPM])
        .data(0, 60, timestamp=T0 + 3)
    )

    assert times(whole + known.to_bytes() + whole) == [None, 0, 3, None]


def test_records_without_a_time_are_marked():
    data = records((T0, 60), (None, 61)).to_bytes()

    assert times(data) == [0, None]
    assert len(read(data).records.between(0, START + 10)) == 1
    assert len(read(data).records.between(-math.inf, math.inf)) == 1


def test_chained_files_are_one():
    parts = [records((T0 + second, 60 + second)).to_bytes() for second in range(5)]

    data = b"".join(parts)

    assert times(data) == [0, 1, 2, 3, 4]
    assert column(data, "heart_rate") == [60, 61, 62, 63, 64]


def test_local_types_end_with_their_part():
    part = records((T0, 60)).to_bytes()
    orphan = FitWriter().raw(b"\0").to_bytes()

    with pytest.raises(FitError) as error:
        read(part + orphan)

    assert error.value.code is FitErrorCode.MALFORMED


def test_a_message_beyond_the_data_is_malformed():
    with pytest.raises(FitError) as error:
        read(records((T0, 60)).raw(b"\0\1").to_bytes())

    assert error.value.code is FitErrorCode.MALFORMED


def test_a_definition_beyond_the_data_is_malformed():
    for cut in (
        b"\x40",
        b"\x40\0\0\x14\0",
        b"\x40\0\0\x14\0\2\3\1\2",
        b"\x60\0\0\x14\0\0",
        b"\x60\0\0\x14\0\0\1",
    ):
        with pytest.raises(FitError) as error:
            read(FitWriter().raw(cut).to_bytes())
        assert error.value.code is FitErrorCode.MALFORMED


def test_between_takes_both_ends():
    found = read(records(*((T0 + second, 60 + second) for second in range(10))).to_bytes()).records

    part = found.between(START + 2, START + 4.5)

    assert part.time.tolist() == [START + 2, START + 3, START + 4]
    assert part.columns["heart_rate"].tolist() == [62, 63, 64]
    assert "heart_rate" in repr(part)


def test_the_number_of_messages_is_limited_to_the_message():
    data = records(*((T0 + second, 60) for second in range(100))).to_bytes()

    assert len(read(data, Limits(max_messages=100)).records) == 100
    with pytest.raises(FitError) as error:
        read(data, Limits(max_messages=99))
    assert error.value.code is FitErrorCode.TOO_MANY_MESSAGES


def test_a_file_of_definitions_only_is_empty():
    file = read(FitWriter().define(0, RECORD, [TIME]).to_bytes())

    assert (len(file.records), file.sessions, file.file_types) == (0, (), ())
    assert file.records.time.dtype == np.int64
