"""Small files that would be expensive to a careless reader. Run as a script it reads one of them, by name."""

import sys
import time
from multiprocessing.connection import Connection

from domain.fit import FitError, read
from domain.fit.encoder import DeveloperSpec, FieldSpec, FitWriter
from tests.domain.fit.made_files import FIELD_DESCRIPTION, FILE_ID, HEART_RATE, RECORD, SESSION, T0, TIME

MEGABYTE = 1_000_000
NOTHING = FieldSpec(3, "uint8", size=0)


def one_byte_records():
    return FitWriter().define(0, RECORD, []).raw(b"\0" * MEGABYTE)


def _two_kinds():
    return FitWriter().define(0, RECORD, []).define(1, RECORD, [NOTHING])


def alternating_one_byte_records():
    return _two_kinds().raw(b"\0\1" * (MEGABYTE // 2))


def pairs_of_one_byte_records():
    return _two_kinds().raw(b"\0\0\1\1" * (MEGABYTE // 4))


def one_byte_records_with_compressed_times():
    known = FitWriter().define(0, RECORD, [TIME]).data(0, T0)
    return known.define(0, RECORD, []).define(1, RECORD, [NOTHING]).raw(b"\x80\xa1" * (MEGABYTE // 2))


def sixteen_megabytes_of_one_byte_records():
    return _two_kinds().raw(b"\0\0\1\1" * (4 * MEGABYTE - 100))


def definitions_of_255_empty_fields():
    writer = FitWriter()
    for at in range(130):
        writer.define(at % 16, RECORD, [FieldSpec(number, "uint8", size=0) for number in range(255)])
    return writer.raw(b"\0" * 1_000)


def nothing_but_definitions():
    return FitWriter().raw(b"\x40\0\0\x14\0\0\x40\0\0\x15\0\0" * (MEGABYTE // 12))


def nine_hundred_layouts_with_developer_fields():
    description = [
        FieldSpec(0, "uint8"),
        FieldSpec(1, "uint8"),
        FieldSpec(2, "uint8"),
        FieldSpec(3, "string", 4),
    ]
    writer = FitWriter().define(1, FIELD_DESCRIPTION, description)
    for number in range(255):
        writer.data(1, 0, number, 2, f"f{number}")
    for at in range(900):
        own = [
            TIME,
            FieldSpec(7, "uint16"),
            FieldSpec(200, "uint8", at % 30),
            FieldSpec(201, "uint8", at // 30),
        ]
        writer.define(0, RECORD, own, [DeveloperSpec(number, 1) for number in range(255)])
        writer.data(0, T0 + at, 200, [1] * (at % 30), [1] * (at // 30), developer=b"\1" * 255)
    return writer


def one_wide_record_among_a_million():
    wide = [FieldSpec(number, "uint8") for number in (3, 4, 5, 6, 7, 9, 13, 39, 41, 85, 99, 108, 139)]
    return FitWriter().define(0, RECORD, wide).data(0, *[1] * 13).define(0, RECORD, []).raw(b"\0" * 1_900_000)


def a_million_sessions():
    return FitWriter().define(0, SESSION, []).raw(b"\0" * MEGABYTE)


def a_million_file_ids():
    return FitWriter().define(0, FILE_ID, []).raw(b"\0" * MEGABYTE)


def beats_that_are_held_for_long():
    anchor = [TIME, FieldSpec(6, "uint8"), FieldSpec(9, "uint32")]
    writer = (
        FitWriter().define(0, RECORD, [TIME]).data(0, T0).define(1, HEART_RATE, anchor).data(1, T0, 80, 0)
    )
    writer.define(2, HEART_RATE, [FieldSpec(6, "byte", 170), FieldSpec(10, "byte", 255)])
    return writer.raw((b"\2" + b"\x50" * 170 + b"\0\x08\0" * 85) * (MEGABYTE // 426))


def two_thousand_chained_empty_files():
    return FitWriter()


BOMBS = [
    one_byte_records,
    alternating_one_byte_records,
    pairs_of_one_byte_records,
    one_byte_records_with_compressed_times,
    sixteen_megabytes_of_one_byte_records,
    definitions_of_255_empty_fields,
    nothing_but_definitions,
    nine_hundred_layouts_with_developer_fields,
    one_wide_record_among_a_million,
    a_million_sessions,
    a_million_file_ids,
    beats_that_are_held_for_long,
    two_thousand_chained_empty_files,
]


def content(bomb):
    return bomb().to_bytes() * (2_000 if bomb is two_thousand_chained_empty_files else 1)


def outcome_of(bomb) -> tuple[str, float]:
    """What comes of reading it, and how much of the processor that took."""
    data = content(bomb)
    started = time.process_time()
    try:
        outcome = str(len(read(data).records))
    except FitError as error:
        outcome = error.code.value
    return outcome, time.process_time() - started


def tell(number: int, listener: Connection) -> None:
    listener.send(outcome_of(BOMBS[number]))


if __name__ == "__main__":
    print(*outcome_of(globals()[sys.argv[1]]))  # noqa: T201
