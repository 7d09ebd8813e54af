"""Series of numbers as compact bytes for a database column: little-endian, deltas where they help, then deflate."""

import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

LEVEL = 6


def pack(values: NDArray[Any]) -> bytes:
    """One column; its dtype goes with it."""
    kind = values.dtype.newbyteorder("<")
    return zlib.compress(kind.str.encode() + b"\n" + values.astype(kind).tobytes(), LEVEL)


def unpack(packed: bytes) -> NDArray[Any]:
    kind, _, values = zlib.decompress(packed).partition(b"\n")
    return np.frombuffer(values, np.dtype(kind.decode()))


def pack_times(times: NDArray[np.int64]) -> bytes:
    """Instants in unix seconds: recorded once a second, their differences are nearly all ones."""
    return pack(np.diff(times, prepend=np.int64(0)))


def unpack_times(packed: bytes) -> NDArray[np.int64]:
    return np.cumsum(unpack(packed), dtype=np.int64)


def pack_measurements(values: NDArray[np.float64]) -> bytes:
    """Measurements with NaN for missing, in single precision."""
    return pack(values.astype(np.float32))
