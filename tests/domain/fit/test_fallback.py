import threading

import fitparse
import fitparse.records
import numpy as np
import pytest

from domain.fit import FitError, FitErrorCode, Limits, fallback, read, verify
from domain.fit.encoder import DeveloperSpec, FieldSpec, FitWriter
from tests.domain.fit.made_files import (
    ACTIVITY,
    ENHANCED_SPEED,
    FILE_ID,
    POWER,
    RECORD,
    START,
    T0,
    TIME,
    with_session,
)

NEWER = 0x30  # the protocol of a FIT that does not exist yet


def newer(writer, **options):
    return writer.to_bytes(protocol=NEWER, **options)


def ride():
    writer = FitWriter().define(0, FILE_ID, [FieldSpec(0, "enum"), FieldSpec(1, "uint16")]).data(0, 4, 1)
    writer.define(0, RECORD, [TIME, FieldSpec(3, "uint8"), POWER, ENHANCED_SPEED, FieldSpec(0, "sint32")])
    for second in range(10):
        writer.data(0, T0 + second, 120 + second, None if second % 2 else 200, 3_500, 2**29)
    with_session(writer, start=T0, elapsed_s=10)
    return writer.define(0, ACTIVITY, [TIME, FieldSpec(5, "uint32")]).data(0, T0, T0 + 3_600)


def refused(data, limits=None):
    with pytest.raises(FitError) as error:
        read(data, limits or Limits())
    assert error.value.message.endswith(".")
    return error.value.code


def test_a_newer_protocol_is_read_by_fitparse_with_the_same_result():
    ours, theirs = read(ride().to_bytes()), read(newer(ride()))

    assert (ours.reader, theirs.reader) == ("vectorised", "fitparse")
    assert theirs.sessions == ours.sessions
    assert theirs.records.time.tolist() == ours.records.time.tolist()
    assert set(theirs.records.columns) == set(ours.records.columns)
    for name, column in ours.records.columns.items():
        np.testing.assert_allclose(theirs.records.columns[name], column)
    assert (theirs.file_types, theirs.manufacturer) == (ours.file_types, ours.manufacturer)
    assert theirs.local_offset_s == ours.local_offset_s == 3_600
    assert ours.sessions[0].started_at == START


def test_verify_lets_a_newer_protocol_pass():
    verify(newer(ride()))


def test_the_fallback_reads_nothing_large():
    data = newer(ride())

    assert refused(data, Limits(fallback_bytes=len(data) - 1)) is FitErrorCode.UNSUPPORTED
    assert read(data, Limits(fallback_bytes=len(data))).reader == "fitparse"


def test_the_fallback_obeys_the_limits_of_messages_sessions_and_values():
    data = newer(ride())

    assert refused(data, Limits(max_messages=5)) is FitErrorCode.TOO_LARGE
    assert refused(data, Limits(max_sessions=0)) is FitErrorCode.TOO_MANY_MESSAGES
    assert refused(data, Limits(max_values=5)) is FitErrorCode.TOO_LARGE


def test_the_fallback_stops_when_its_time_is_over():
    flood = FitWriter().define(0, RECORD, [FieldSpec(3, "uint8")]).raw(b"\0\x50" * 60_000)

    assert refused(newer(flood), Limits(fallback_seconds=0.05)) is FitErrorCode.TOO_LARGE


@pytest.mark.parametrize(
    "broken",
    [
        FitWriter().raw(b"\0"),
        FitWriter().raw(b"\x40\0\0\x14\0\1\7\3\x84\0\0\0\0"),
        FitWriter().define(0, RECORD, [FieldSpec(3, "uint8", size=0)]).raw(b"\0"),
        FitWriter().define(0, RECORD, [POWER], [DeveloperSpec(4, 2)]).raw(b"\0\0\0\0\0"),
    ],
)
def test_whatever_fitparse_raises_becomes_a_fit_error(broken):
    assert refused(newer(broken)) is FitErrorCode.UNSUPPORTED


def test_damage_is_found_before_fitparse_is_asked():
    assert refused(newer(ride(), crc=1)) is FitErrorCode.BAD_CRC


def test_developer_fields_of_one_file_do_not_leak_into_the_next():
    fitparse.records.DEV_TYPES["left"] = "over"

    read(newer(ride()))

    assert not fitparse.records.DEV_TYPES


def test_a_busy_fallback_is_not_waited_for_long():
    with fallback._LOCK:  # noqa: SLF001
        assert refused(newer(ride()), Limits(fallback_seconds=0.05)) is FitErrorCode.UNSUPPORTED


def test_threads_read_one_after_another():
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(len(read(newer(ride())).records))) for _ in range(8)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [10] * 8
