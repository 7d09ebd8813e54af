"""Scores a full 1 Hz day with numpy and with plain Python, side by side: python bench/scoring_day.py."""

# ruff: noqa: PLR2004 - the baseline spells the formula out

import random
import sys
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TypeVar

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from domain.scoring.heart_rate import Samples
from domain.scoring.pai import DayActivity, day_activity

RESTING, MAX = 60, 185
SECONDS_A_DAY = 86_400
REQUIRED_MS = 10.0
Result = TypeVar("Result")


def main() -> None:
    bpm = a_day(random.Random(1))
    time = list(range(1_700_000_000, 1_700_000_000 + SECONDS_A_DAY))
    plain_ms, expected = timed(partial(in_plain_python, time, bpm), rounds=5)
    print(f"{SECONDS_A_DAY:,} samples, raw {expected:.3f}")
    print(f"plain Python              {plain_ms:8.2f} ms")

    whole = Samples.of(time, np.array(bpm, dtype=np.uint8))
    turned = Samples(whole.time[::-1].copy(), whole.bpm[::-1].copy())
    fractions = Samples(whole.time, whole.bpm.astype(np.float64))
    for name, samples in {"uint8": whole, "uint8, unsorted": turned, "float64": fractions}.items():
        ms, day = timed(partial(day_activity, samples, RESTING, MAX), rounds=50)
        report(name, ms, plain_ms, day, expected)


def a_day(chance: random.Random) -> list[int]:
    """Sleep, rest and two hours of exercise, wandering by a beat each second."""
    bpm, day = 60, []
    for second in range(SECONDS_A_DAY):
        aim = 150 if 61_200 <= second < 68_400 else 55 if second < 25_200 else 85
        bpm += chance.choice((-1, 0, 1)) + (aim > bpm) - (aim < bpm)
        day.append(bpm)
    return day


def in_plain_python(time: list[int], bpm: list[int]) -> float:
    samples = sorted((t, b) for t, b in zip(time, bpm, strict=True) if 30 <= b <= 240)
    seconds: list[float] = [min(after - before, 60) for (before, _), (after, _) in pairwise(samples)]
    seconds.append(median(seconds))
    low, medium, high = 0.0, 0.0, 0.0
    for (_, beats), held in zip(samples, seconds, strict=True):
        x = min(max((beats - RESTING) / (MAX - RESTING), 0.0), 1.0)
        points = 0.0 if x <= 0.30 else 5.0 * ((x - 0.30) / 0.70) ** 1.85 * held / 60.0
        if beats >= 0.80 * MAX:
            high += points
        elif beats >= 0.60 * MAX:
            medium += points
        else:
            low += points
    return low + medium + high


def timed(work: Callable[[], Result], rounds: int) -> tuple[float, Result]:
    """The median of so many rounds in milliseconds, and what the work returned."""
    result, taken = work(), []
    for _ in range(rounds):
        start = perf_counter()
        work()
        taken.append(1000.0 * (perf_counter() - start))
    return median(taken), result


def report(name: str, ms: float, plain_ms: float, day: DayActivity, expected: float) -> None:
    assert abs(day.raw - expected) < 1e-6, "both must compute the same"
    verdict = "ok" if ms < REQUIRED_MS else f"TOO SLOW, {REQUIRED_MS:g} ms required"
    print(f"day_activity {name:15}{ms:6.2f} ms  {plain_ms / ms:6.0f} times faster  {verdict}")


if __name__ == "__main__":
    main()
