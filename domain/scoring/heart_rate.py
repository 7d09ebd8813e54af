"""Heart-rate samples, and how long each heart rate was held."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

LOWEST_BPM = 30
HIGHEST_BPM = 240
HOLD_CAP_SECONDS = 60.0
"""How long one sample may stand for the time after it; 300 suits minute-level wearables."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Samples in any order: unix seconds, and bpm as uint8 or float64 (0, 255 and NaN mean none)."""

    time: NDArray[np.int64]
    bpm: NDArray[Any]

    @classmethod
    def of(cls, time: ArrayLike, bpm: ArrayLike) -> Self:
        """Samples from any two sequences of one length; a bpm of None is a sample without a heart rate."""
        samples = cls(np.asarray(time, dtype=np.int64), _as_bpm(bpm))
        if samples.time.ndim != 1 or samples.time.shape != samples.bpm.shape:
            raise ValueError("Times and heart rates must be two sequences of one length.")
        return samples

    @classmethod
    def joined(cls, parts: Iterable["Samples"]) -> Self:
        """One set of samples from several imports, which may overlap."""
        kept = [part for part in parts if part.time.size] or [cls.of([], [])]
        return cls(np.concatenate([part.time for part in kept]), np.concatenate([part.bpm for part in kept]))


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """Heart rates in bpm and the seconds each was held; one heart rate may stand more than once."""

    bpm: Numbers
    seconds: Numbers

    @property
    def minutes(self) -> Numbers:
        return self.seconds / 60.0


def held(samples: Samples, hold_cap: float = HOLD_CAP_SECONDS) -> Held:
    """How long each heart rate was held, one sample for `hold_cap` seconds at most (ours, open-pai-1)."""
    kept = cleaned(samples)
    seconds = _seconds_held(kept.time, hold_cap)
    if kept.bpm.dtype == np.uint8:
        # Whole beats collapse into 256 rows, so that what follows does not depend on the length of the day.
        totals = np.bincount(kept.bpm, weights=seconds, minlength=256)
        return Held(np.arange(256.0), totals.astype(np.float64))
    return Held(kept.bpm.astype(np.float64), seconds)


def cleaned(samples: Samples) -> Samples:
    """Samples of 30 to 240 bpm in order of time, the highest of several at one time (ours, open-pai-1)."""
    possible = (samples.bpm >= LOWEST_BPM) & (samples.bpm <= HIGHEST_BPM)
    return one_at_a_time(Samples(samples.time[possible], samples.bpm[possible]))


def one_at_a_time(samples: Samples) -> Samples:
    """Samples in order of time; where several recordings know the same second, the highest counts."""
    if (samples.time[1:] > samples.time[:-1]).all():
        return samples
    order = np.lexsort((samples.bpm, samples.time))
    time, bpm = samples.time[order], samples.bpm[order]
    last_at_its_time = np.append(time[1:] != time[:-1], True)
    return Samples(time[last_at_its_time], bpm[last_at_its_time])


def heart_rate_reserve(bpm: Numbers, resting_bpm: float, max_bpm: float) -> Numbers:
    """The fraction of heart-rate reserve in use, clipped to 0...1 (Karvonen 1957)."""
    if not max_bpm > resting_bpm:
        raise ValueError("The maximum heart rate must be above the resting heart rate.")
    return np.clip((bpm - resting_bpm) / (max_bpm - resting_bpm), 0.0, 1.0)


def _seconds_held(time: NDArray[np.int64], hold_cap: float) -> Numbers:
    if time.size < 2:  # noqa: PLR2004
        return np.zeros(time.size)
    # Unsigned, the distance of two sorted times cannot overflow, whatever a device's clock said.
    gaps = time[1:].astype(np.uint64) - time[:-1].astype(np.uint64)
    seconds = np.minimum(gaps, hold_cap)
    return np.append(seconds, np.median(seconds))


def _as_bpm(values: ArrayLike) -> NDArray[Any]:
    given = np.asarray(values)
    if given.dtype == np.uint8:
        return given
    if given.dtype.kind in "iu":
        return np.clip(given.astype(np.int64), 0, 255).astype(np.uint8)
    return given.astype(np.float64)
