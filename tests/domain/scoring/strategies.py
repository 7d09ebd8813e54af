"""What the property tests draw from: days of heart rates, friendly and hostile."""

import numpy as np
from hypothesis import strategies as st

from domain.scoring.heart_rate import Samples

Pairs = list[tuple[int, int]]

NO_HEART_RATE = (0, 255)
INT64 = st.integers(-(2**63), 2**63 - 1)
POSSIBLE_BPM = st.integers(30, 240)


def day_of(pairs: Pairs) -> Samples:
    return Samples.of([time for time, _ in pairs], [bpm for _, bpm in pairs])


def days(bpm: st.SearchStrategy[int] = POSSIBLE_BPM, least: int = 0) -> st.SearchStrategy[Pairs]:
    """Samples in any order, none twice at one time, close enough together to matter."""
    sample = st.tuples(st.integers(0, 5_000), bpm)
    return st.lists(sample, min_size=least, max_size=60, unique_by=lambda pair: pair[0])


def steady(bpm: float, minutes: int, step: int = 1) -> Samples:
    """One heart rate for so many minutes, a sample each `step` seconds."""
    count = minutes * 60 // step
    return Samples(np.arange(count, dtype=np.int64) * step, np.full(count, bpm, dtype=np.float64))


resting_bpms = st.integers(30, 120)


@st.composite
def bodies(draw: st.DrawFn) -> tuple[int, int]:
    """Resting and maximum heart rates that may be scored."""
    resting = draw(resting_bpms)
    return resting, draw(st.integers(max(100, resting + 30), 240))


@st.composite
def hostile_samples(draw: st.DrawFn) -> Samples:
    """Whatever a broken device may send: any clock, any order, no heart rates, nothing at all."""
    times = draw(st.lists(INT64, max_size=20))
    byte = st.integers(0, 255) | st.sampled_from(NO_HEART_RATE)
    broken = st.floats() | st.none() | st.just(float("nan"))
    bpm = draw(st.sampled_from([byte, INT64, broken]))
    return Samples.of(times, draw(st.lists(bpm, min_size=len(times), max_size=len(times))))
