import pickle

import pytest

from domain.fit import FitError, FitErrorCode, Limits, read, verify
from tests.domain.fit.made_files import T0, records

SOUND = records((T0, 120), (T0 + 1, 121))


def refused(data, limits=None):
    """The code both entrances agree on."""
    given = (data,) if limits is None else (data, limits)
    with pytest.raises(FitError) as of_read:
        read(*given)
    with pytest.raises(FitError) as of_verify:
        verify(*given)
    assert of_read.value.code is of_verify.value.code
    assert str(of_read.value) == of_read.value.message
    assert of_read.value.message.endswith(".")
    return of_read.value.code


@pytest.mark.parametrize("header_size", [12, 14, 20])
def test_short_long_and_longer_headers_are_read(header_size):
    data = SOUND.to_bytes(header_size=header_size)

    verify(data)

    assert len(read(data).records) == 2


def test_a_header_checksum_of_zero_is_legal():
    assert len(read(SOUND.to_bytes(header_crc=0)).records) == 2


def test_a_wrong_header_checksum_is_refused():
    assert refused(SOUND.to_bytes(header_crc=1)) is FitErrorCode.BAD_CRC


def test_a_wrong_file_checksum_is_refused():
    assert refused(SOUND.to_bytes(crc=1)) is FitErrorCode.BAD_CRC


@pytest.mark.parametrize("data", [b"", b"\x0e", b"GIF89a" * 10, b"\0" * 1000, b"<gpx></gpx>" * 9])
def test_other_files_are_no_fit_files(data):
    assert refused(data) is FitErrorCode.NOT_FIT


@pytest.mark.parametrize("missing", [1, 2, 3, 10])
def test_a_file_without_its_end_is_truncated(missing):
    assert refused(SOUND.to_bytes()[:-missing]) is FitErrorCode.TRUNCATED


def test_a_file_that_ends_in_its_header_is_truncated():
    assert refused(SOUND.to_bytes()[:13]) is FitErrorCode.TRUNCATED


def test_a_declared_length_beyond_the_end_is_refused():
    assert refused(SOUND.to_bytes(declared=10_000)) is FitErrorCode.TRUNCATED


def test_bytes_after_the_last_part_are_refused():
    assert refused(SOUND.to_bytes() + b"more") is FitErrorCode.MALFORMED


def test_a_broken_second_part_is_refused():
    assert refused(SOUND.to_bytes() + SOUND.to_bytes(crc=7)) is FitErrorCode.BAD_CRC


def test_a_file_beyond_the_limit_is_too_large():
    data = SOUND.to_bytes()

    assert refused(data, Limits(max_bytes=len(data) - 1)) is FitErrorCode.TOO_LARGE
    verify(data, Limits(max_bytes=len(data)))


def test_more_parts_than_allowed_are_refused():
    part = SOUND.to_bytes()

    assert len(read(part * 64).records) == 128
    assert refused(part * 65) is FitErrorCode.TOO_MANY_PARTS


def test_verify_does_not_look_at_messages():
    undefined = records().raw(b"\x07").to_bytes()

    verify(undefined)

    with pytest.raises(FitError) as error:
        read(undefined)
    assert error.value.code is FitErrorCode.MALFORMED


def test_an_error_survives_the_way_between_processes():
    error = pickle.loads(pickle.dumps(FitError(FitErrorCode.BAD_CRC, "Damaged.")))

    assert (error.code, error.message, str(error)) == (FitErrorCode.BAD_CRC, "Damaged.", "Damaged.")
