"""Writing FIT files message by message, for the demo and the tests: also what no device should write."""

import struct
from collections.abc import Sequence
from typing import NamedTuple, Self

from domain.fit.crc import crc16

_LONG_HEADER = 14
_PROTOCOL, _PROFILE = 0x20, 2195

Values = int | float | bytes | str | Sequence[int | float]


class Kind(NamedTuple):
    """A base type as it is written."""

    code: int
    format: str
    invalid: int


KINDS = {
    "enum": Kind(0x00, "B", 0xFF),
    "sint8": Kind(0x01, "b", 0x7F),
    "uint8": Kind(0x02, "B", 0xFF),
    "sint16": Kind(0x83, "h", 0x7FFF),
    "uint16": Kind(0x84, "H", 0xFFFF),
    "sint32": Kind(0x85, "i", 0x7FFFFFFF),
    "uint32": Kind(0x86, "I", 0xFFFFFFFF),
    "string": Kind(0x07, "s", 0),
    "float32": Kind(0x88, "f", 0),
    "float64": Kind(0x89, "d", 0),
    "uint8z": Kind(0x0A, "B", 0),
    "uint16z": Kind(0x8B, "H", 0),
    "uint32z": Kind(0x8C, "I", 0),
    "byte": Kind(0x0D, "B", 0xFF),
}


class FieldSpec(NamedTuple):
    """`length` values of a kind; `size` overrules the bytes that makes, to write it wrongly."""

    number: int
    kind: str
    length: int = 1
    size: int | None = None

    @property
    def bytes(self) -> int:
        return (
            struct.calcsize("<" + KINDS[self.kind].format) * self.length if self.size is None else self.size
        )


class DeveloperSpec(NamedTuple):
    number: int
    size: int
    app: int = 0


class FitWriter:
    """Messages of one FIT file, appended one after another."""

    def __init__(self, *, big_endian: bool = False) -> None:
        self._body = bytearray()
        self._fields: dict[int, tuple[FieldSpec, ...]] = {}
        self._order = ">" if big_endian else "<"

    def define(
        self, local: int, message: int, fields: Sequence[FieldSpec], developer: Sequence[DeveloperSpec] = ()
    ) -> Self:
        self._fields[local] = tuple(fields)
        self._body.append(0x40 | (0x20 if developer else 0) | local)
        self._body += struct.pack(self._order + "BBHB", 0, self._order == ">", message, len(fields))
        for field in fields:
            self._body += bytes((field.number, field.bytes, KINDS[field.kind].code))
        if developer:
            self._body.append(len(developer))
            for described in developer:
                self._body += bytes(described)
        return self

    def data(
        self, local: int, *values: Values | None, developer: bytes = b"", timestamp: int | None = None
    ) -> Self:
        """One message; None is written as the invalid value. Low bits of `timestamp` go into the header."""
        self._body.append(local if timestamp is None else 0x80 | local << 5 | timestamp & 0x1F)
        for field, value in zip(self._fields[local], values, strict=True):
            self._body += self._packed(field, value)
        self._body += developer
        return self

    def raw(self, content: bytes) -> Self:
        self._body += content
        return self

    def to_bytes(
        self,
        *,
        header_size: int = _LONG_HEADER,
        protocol: int = _PROTOCOL,
        declared: int | None = None,
        header_crc: int | None = None,
        crc: int | None = None,
    ) -> bytes:
        """The file. Every number that frames it can be replaced by a wrong one."""
        size = len(self._body) if declared is None else declared
        header = struct.pack("<BBHI4s", header_size, protocol, _PROFILE, size, b".FIT")
        if header_size >= _LONG_HEADER:
            header += struct.pack("<H", crc16(header) if header_crc is None else header_crc)
        content = header.ljust(header_size, b"\0") + bytes(self._body)
        return content + struct.pack("<H", crc16(content) if crc is None else crc)

    def _packed(self, field: FieldSpec, value: Values | None) -> bytes:
        kind = KINDS[field.kind]
        if isinstance(value, str | bytes):
            content = value.encode() if isinstance(value, str) else value
            return content.ljust(field.bytes, b"\0")[: field.bytes]
        if value is None:
            is_float = kind.format in "fd"
            value = [float("nan") if is_float else kind.invalid] * field.length
        numbers = value if isinstance(value, Sequence) else (value,)
        return struct.pack(f"{self._order}{field.length}{kind.format}", *numbers)
