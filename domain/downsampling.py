"""Fewer points of a recording, for a chart: whole records are chosen, so that all columns keep one time axis.

Time is cut into equal buckets, and each column keeps its lowest and its highest value of every bucket: what is drawn
has the peaks that were measured. Largest-Triangle-Three-Buckets promises that of no value, picks one bucket after the
other, and would give each column an axis of its own.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.int64]
Floats = NDArray[np.float64]

ENDS = 2
EXTREMES = 2
ENOUGH = 0.8  # of the points that were asked for


def least_points(columns: int) -> int:
    """How many points so many columns need: the ends, and two for each."""
    return ENDS + EXTREMES * max(columns, 1)


def chosen(time: Indices, columns: Sequence[Floats], most: int) -> Indices:
    """Which records to keep, at most `most` of them; `time` must not go back. NaN is no value.

    A bucket in which a column has no value keeps its first record: a gap in the line stays a gap.
    """
    if len(time) <= most:
        return np.arange(len(time))
    buckets = max(1, (most - ENDS) // (EXTREMES * max(len(columns), 1)))
    kept = _kept(time, columns, buckets)
    if len(kept) > ENOUGH * most:
        return kept
    finer = _kept(
        time, columns, int(buckets * ENOUGH * most / len(kept))
    )  # columns that peak together share records
    return finer if len(kept) < len(finer) <= most else kept


def _kept(time: Indices, columns: Sequence[Floats], buckets: int) -> Indices:
    bucket = (time - time[0]) * buckets // (time[-1] - time[0] + 1)
    starts = np.flatnonzero(np.diff(bucket, prepend=-1))
    owner = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(time)))
    ends = np.array([0, len(time) - 1])
    found = [_extremes(column, starts, owner) for column in columns] or [starts]
    return np.unique(np.concatenate([ends, *found]))


def _extremes(values: Floats, starts: Indices, owner: Indices) -> Indices:
    known = ~np.isnan(values)
    lowest = np.minimum.reduceat(np.where(known, values, np.inf), starts)
    highest = np.maximum.reduceat(np.where(known, values, -np.inf), starts)
    empty = starts[lowest > highest]
    return np.concatenate(
        [_first(values == lowest[owner], owner), _first(values == highest[owner], owner), empty]
    )


def _first(holds: NDArray[np.bool_], owner: Indices) -> Indices:
    """The first record of each bucket for which it holds."""
    at = np.flatnonzero(holds)
    _, first = np.unique(owner[at], return_index=True)
    return at[first]
