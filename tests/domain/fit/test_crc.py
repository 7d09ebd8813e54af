import os

import pytest

from domain.fit.crc import crc16


def bit_by_bit(data):
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ 0xA001 if value & 1 else value >> 1
    return value


def test_the_check_value_of_the_catalogue_is_met():
    assert crc16(b"123456789") == 0xBB3D


def test_nothing_sums_to_zero():
    assert crc16(b"") == 0


@pytest.mark.parametrize(
    "length", [*range(1, 18), 255, 4096, 32_766, 32_767, 32_768, 65_534, 65_535, 100_001]
)
def test_every_length_sums_like_the_plain_algorithm(length):
    data = os.urandom(length)

    assert crc16(data) == bit_by_bit(data)
    assert crc16(memoryview(data)) == bit_by_bit(data)
