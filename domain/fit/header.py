"""The frame of a FIT file: headers, declared lengths and checksums of all its chained parts."""

import struct
from typing import NamedTuple

from domain.fit.crc import crc16
from domain.fit.errors import FitError, FitErrorCode
from domain.fit.limits import Limits

_SHORTEST_HEADER = 12
_HEADER_WITH_CRC = 14
_CRC_BYTES = 2
_MAGIC = b".FIT"
_NEWEST_PROTOCOL = 2


class Part(NamedTuple):
    """One FIT file inside the file; `start` and `end` enclose its messages."""

    start: int
    end: int
    protocol: int

    @property
    def is_supported(self) -> bool:
        return self.protocol <= _NEWEST_PROTOCOL


def find_parts(data: bytes, limits: Limits) -> list[Part]:
    """The parts of a file whose frame is sound; nothing is decoded before this has passed."""
    if len(data) > limits.max_bytes:
        message = f"The file has {len(data)} bytes; at most {limits.max_bytes} are read."
        raise FitError(FitErrorCode.TOO_LARGE, message)
    parts: list[Part] = []
    position = 0
    while position < len(data) or not parts:
        if len(parts) == limits.max_parts:
            message = f"More than {limits.max_parts} FIT files are chained in this one; send them apart."
            raise FitError(FitErrorCode.TOO_MANY_PARTS, message)
        parts.append(_part(data, position))
        position = parts[-1].end + _CRC_BYTES
    return parts


def _part(data: bytes, position: int) -> Part:
    size = _header_size(data, position)
    start = position + size
    end = start + int(struct.unpack_from("<I", data, position + 4)[0])
    if end + _CRC_BYTES > len(data):
        message = (
            f"The header promises {end + _CRC_BYTES} bytes, the file ends after {len(data)}; send all of it."
        )
        raise FitError(FitErrorCode.TRUNCATED, message)
    _check_header_crc(data, position, size)
    if crc16(memoryview(data)[position:end]) != struct.unpack_from("<H", data, end)[0]:
        message = "The checksum does not fit the content; the file was damaged on its way, send it again."
        raise FitError(FitErrorCode.BAD_CRC, message)
    return Part(start, end, data[position + 1] >> 4)


def _header_size(data: bytes, position: int) -> int:
    size = data[position] if position < len(data) else 0
    if size < _SHORTEST_HEADER or data[position + 8 : position + 12] != _MAGIC:
        if position:
            message = (
                f"After {position} bytes a chained FIT file should begin, but no FIT header stands there."
            )
            raise FitError(FitErrorCode.MALFORMED, message)
        raise FitError(FitErrorCode.NOT_FIT, "This is no FIT file: it does not begin with a FIT header.")
    if position + size > len(data):
        raise FitError(FitErrorCode.TRUNCATED, "The file ends inside its header; send all of it.")
    return size


def _check_header_crc(data: bytes, position: int, size: int) -> None:
    """A header checksum of 0 means "not computed" and is legal."""
    if size < _HEADER_WITH_CRC:
        return
    stored = struct.unpack_from("<H", data, position + _SHORTEST_HEADER)[0]
    if stored and stored != crc16(memoryview(data)[position : position + _SHORTEST_HEADER]):
        message = (
            "The checksum of the header does not fit it; the file was damaged on its way, send it again."
        )
        raise FitError(FitErrorCode.BAD_CRC, message)
