"""FIT's clock: seconds since the end of 1989, or device uptime when the device did not know the time."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

# Seconds from 1970-01-01 to 1989-12-31, where FIT begins to count.
FIT_EPOCH = 631_065_600
# Smaller values are seconds since the device was switched on.
FIRST_REAL_TIME = 0x10000000
MISSING_TIMESTAMP = 0xFFFFFFFF
# Marks a record without a time; no unix second ever looks like it.
NO_TIME = int(np.iinfo(np.int64).min)


def unix_seconds(timestamp: float | None, *, uptime: bool = False) -> int | None:
    """A FIT timestamp as unix seconds; uptime is kept where a file has nothing else, else dropped."""
    if timestamp is None:
        return None
    seconds = int(timestamp)
    if seconds < FIRST_REAL_TIME:
        return seconds if uptime else None
    return seconds + FIT_EPOCH


def unix_times(timestamps: NDArray[np.int64], *, uptime: bool) -> NDArray[np.int64]:
    """The same for a column; missing is `MISSING_TIMESTAMP` before and `NO_TIME` after."""
    early = timestamps < FIRST_REAL_TIME
    times = timestamps + FIT_EPOCH
    times[early] = timestamps[early] if uptime else NO_TIME
    times[timestamps == MISSING_TIMESTAMP] = NO_TIME
    return times


def is_uptime(timestamps: NDArray[np.int64], others: Iterable[int | None]) -> bool:
    """Whether a file tells times but no real one: the device did not know the time all along."""
    told = timestamps[timestamps != MISSING_TIMESTAMP]
    latest = max((each for each in others if each is not None), default=-1)
    latest = max(latest, int(told.max(initial=-1)))
    return 0 <= latest < FIRST_REAL_TIME


def unroll(values: NDArray[np.int64], is_absolute: NDArray[np.bool_], bits: int) -> NDArray[np.int64]:
    """Counters of which only the low bits were written, made whole: each goes on from the one before it.

    What precedes the first absolute value counts from its own first value.
    """
    steps = np.diff(values, prepend=values[:1]) & ((1 << bits) - 1)
    walked = np.cumsum(steps)
    last_absolute = np.maximum.accumulate(np.where(is_absolute, np.arange(len(values)), 0))
    whole: NDArray[np.int64] = values[last_absolute] + walked - walked[last_absolute]
    return whole
