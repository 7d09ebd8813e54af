import os
from collections import Counter
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.fit import FitError, FitFile, verify
from domain.fit.crc import crc16
from domain.fit.encoder import FieldSpec, FitWriter, encode_activity
from domain.fit.limits import DEFAULT_LIMITS
from domain.fit.reader import decode
from tests.domain.fit.bombs import BOMBS, tell
from tests.domain.fit.made_files import HEART_RATE, RECORD, T0, TIME
from tests.domain.fit.mutations import mutant
from tests.processes import FORKS, Forked

OUTCOMES = {
    "one_byte_records": "1000000",
    "alternating_one_byte_records": "1000000",
    "pairs_of_one_byte_records": "1000000",
    "one_byte_records_with_compressed_times": "1000001",
    "sixteen_megabytes_of_one_byte_records": "too_many_messages",
    "definitions_of_255_empty_fields": "1000",
    "nothing_but_definitions": "too_many_definitions",
    "nine_hundred_layouts_with_developer_fields": "900",
    "one_wide_record_among_a_million": "too_large",
    "a_million_sessions": "too_many_messages",
    "a_million_file_ids": "0",
    "beats_that_are_held_for_long": "too_large",
    "two_thousand_chained_empty_files": "too_many_parts",
}


@pytest.mark.parametrize("number", range(len(BOMBS)), ids=[bomb.__name__ for bomb in BOMBS])
def test_a_bomb_is_over_in_a_moment(number):
    """In a process of its own: its memory is returned, and a hang would be seen."""
    ours, theirs = FORKS.Pipe()

    reader = Forked(tell, number, theirs, environment=os.environ)
    assert reader.wait(60) == 0

    outcome, seconds = ours.recv()
    assert outcome == OUTCOMES[BOMBS[number].__name__]
    assert seconds < 2


def rich():
    """A file that uses most of what the reader knows."""
    plain = encode_activity(
        1_700_000_000,
        {"heart_rate": 120 + np.arange(40) % 7, "power": np.full(40, 210.0), "latitude": np.full(40, 52.5)},
        local_offset_s=3_600,
    )
    strap = FitWriter(big_endian=True).define(
        1, HEART_RATE, [TIME, FieldSpec(6, "uint8"), FieldSpec(9, "uint32")]
    )
    strap.data(1, T0, 70, 5).define(2, HEART_RATE, [FieldSpec(6, "uint8", 8), FieldSpec(10, "byte", 12)])
    strap.data(2, [80] * 8, bytes(range(12)))
    strap.define(0, RECORD, [FieldSpec(8, "byte", 3), FieldSpec(3, "uint8"), FieldSpec(7, "float32")])
    for second in range(20):
        strap.data(0, [second, 1, 2], 99, 1.5, timestamp=T0 + second)
    return plain + strap.to_bytes()


RICH = rich()
PLAIN = encode_activity(1_700_000_000, {"power": [200] * 50, "speed": [3.3] * 50}, big_endian=True)


def mended(content):
    """With the checksum put right: otherwise nothing behind the frame would ever be reached."""
    frame = FitWriter().raw(content)
    return frame.to_bytes()


def decoded_or_refused(data):
    """Through `decode`: `read` would turn a foreign exception into a FitError and hide it."""
    try:
        return decode(data, DEFAULT_LIMITS)
    except FitError as error:
        return error


@settings(max_examples=300)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content):
    assert isinstance(decoded_or_refused(content), FitError)
    assert isinstance(decoded_or_refused(mended(content)), FitError | FitFile)


@settings(max_examples=200)
@given(st.integers(0, len(RICH) - 1))
def test_a_truncated_file_is_read_or_refused(length):
    found = decoded_or_refused(RICH[:length])

    first_part = 14 + int.from_bytes(RICH[4:8], "little") + 2
    assert isinstance(found, FitFile) is (length == first_part)


@settings(max_examples=200)
@given(st.integers(0, len(RICH) - 1), st.integers(1, 255))
def test_a_flipped_byte_is_noticed(at, flip):
    """Except in a header checksum made zero, which is legal."""
    damaged = RICH[:at] + bytes([RICH[at] ^ flip]) + RICH[at + 1 :]

    with pytest.raises(FitError):
        verify(damaged)


@settings(max_examples=500)
@given(st.lists(st.tuples(st.integers(0, 2_000), st.integers(0, 255)), min_size=1, max_size=8))
def test_flipped_bytes_behind_a_sound_frame_are_read_or_refused(flips):
    size = int.from_bytes(RICH[4:8], "little")
    for whole in (RICH[14 : 14 + size], RICH[14 + size + 2 + 14 : -2]):
        content = bytearray(whole)
        for at, value in flips:
            content[at % len(content)] = value
        found = decoded_or_refused(mended(bytes(content)))
        assert isinstance(found, FitError | FitFile)


MESSAGES = st.sampled_from([0, 18, 20, 34, 132, 206, 21])
FIELD_NUMBERS = st.sampled_from([*range(12), 53, 73, 78, 253])


@st.composite
def streams(draw):
    """Valid definitions with odd fields, messages of any content, and sometimes headers of any kind."""
    body = bytearray()
    sizes = {}
    for _ in range(draw(st.integers(1, 25))):
        local = draw(st.integers(0, 5))
        if local not in sizes or draw(st.booleans()):
            fields = draw(
                st.lists(st.tuples(FIELD_NUMBERS, st.integers(0, 16), st.integers(0, 0x91)), max_size=6)
            )
            number, order = draw(MESSAGES), draw(st.sampled_from(["little", "big"]))
            body += (
                bytes((0x40 | local, 0, order == "big")) + number.to_bytes(2, order) + bytes((len(fields),))
            )
            body += b"".join(map(bytes, fields))
            sizes[local] = sum(size for _, size, _ in fields)
        header = draw(st.sampled_from([local, 0x80 | (local & 3) << 5 | draw(st.integers(0, 31))]))
        size = sizes.get(local if header < 0x80 else local & 3, 0)
        for _ in range(draw(st.integers(1, 4))):
            body += bytes((header,)) + draw(st.binary(min_size=size, max_size=size))
    return bytes(body)


@settings(max_examples=200)
@given(streams())
def test_any_stream_of_messages_is_read_or_refused(body):
    found = decoded_or_refused(mended(body))

    assert isinstance(found, FitError | FitFile)
    if isinstance(found, FitFile):
        assert all(len(column) == len(found.records) for column in found.records.columns.values())
        assert not any(np.isinf(column).any() for column in found.records.columns.values())


def test_a_damaged_file_is_read_or_refused():
    """A sample of `python -m tests.trials.fit_mutations`, which does it to thousands of real files."""
    outcomes = Counter()
    for number in range(400):
        kind, damaged = mutant(Random(number), RICH if number % 2 else PLAIN)
        found = decoded_or_refused(damaged)
        assert isinstance(found, FitError | FitFile), kind
        outcomes[found.code if isinstance(found, FitError) else "read"] += 1

    assert outcomes["read"] > 100
    assert outcomes["malformed"] > 50
    assert outcomes["bad_crc"] + outcomes["truncated"] + outcomes["unsupported"] > 20


def test_the_frame_these_tests_mend_is_sound():
    data = mended(b"\x40\0\0\x14\0\0\0")

    assert crc16(data) == 0  # a checksum over data and checksum is zero
    assert len(decode(data, DEFAULT_LIMITS).records) == 1
