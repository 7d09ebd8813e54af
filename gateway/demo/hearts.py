"""Ninety days of heart rate for each person: nights, mornings, work, and workouts that leave a FIT file."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from domain.fit.encoder import encode_activity
from domain.scoring.heart_rate import Samples
from gateway.demo.people import Person

DAYS = 90
FILES_EACH = 3
MINUTES_A_DAY = 1440
WORKOUT_HOUR = 17
STEP_SECONDS = 5


@dataclass(frozen=True)
class DemoFile:
    name: str
    started_at: datetime
    content: bytes


def everyday(person: Person, today: datetime) -> Samples:
    """One sample a minute: low at night, restless by day, high for a workout on training days."""
    random = np.random.default_rng(person.id.int % 2**63)
    first = _local_midnight(person, today) - timedelta(days=DAYS)
    minutes = np.arange(DAYS * MINUTES_A_DAY)
    of_day = minutes % MINUTES_A_DAY
    daylight = np.clip(np.sin((of_day - 6 * 60) / (17 * 60) * np.pi), 0, 1) ** 0.5
    bpm = person.resting_bpm + daylight * 18 + random.normal(0, 3, minutes.size)
    for day in np.flatnonzero(random.random(DAYS) < person.weekly_workouts / 7):
        start = day * MINUTES_A_DAY + WORKOUT_HOUR * 60
        length = int(random.integers(25, 65))
        bpm[start : start + length] = _effort(person, random, length)
    clipped = np.clip(np.rint(bpm), 40, person.top_bpm).astype(np.uint8)
    return Samples(int(first.timestamp()) + minutes * 60, clipped)


def workout_files(person: Person, today: datetime) -> list[DemoFile]:
    """The last few workouts as a watch would have written them."""
    files = []
    for number in range(1, FILES_EACH + 1):
        random = np.random.default_rng((person.id.int + number) % 2**63)
        start = _local_midnight(person, today) - timedelta(days=2 * number) + timedelta(hours=WORKOUT_HOUR)
        files.append(DemoFile(f"{person.sport}-{start:%Y-%m-%d}.fit", start, _workout(person, random, start)))
    return files


def sample_file(person: Person) -> bytes:
    """A run nobody has pinged yet: what the README's first call sends."""
    start = datetime(2026, 6, 6, 7, tzinfo=ZoneInfo(person.time_zone))
    return _workout(person, np.random.default_rng(person.id.int % 2**62), start)


def _workout(person: Person, random: np.random.Generator, start: datetime) -> bytes:
    count = int(random.integers(20, 60)) * 60 // STEP_SECONDS
    speed = {"cycling": 8.0, "running": 3.0, "walking": 1.5, "swimming": 0.9}[person.sport]
    pace = np.clip(speed + random.normal(0, speed / 20, count), 0, None)
    columns = {
        "heart_rate": np.rint(_effort(person, random, count)),
        "speed": pace,
        "distance": np.cumsum(pace) * STEP_SECONDS,
    }
    if person.sport == "cycling":
        columns["power"] = np.rint(np.clip(180 + random.normal(0, 25, count), 0, None))
    seconds = count * STEP_SECONDS
    offset = start.utcoffset() or timedelta(0)
    return encode_activity(
        int(start.timestamp()),
        columns,
        sport=person.sport,
        interval_s=STEP_SECONDS,
        local_offset_s=int(offset.total_seconds()),
        summary={"calories_kcal": round(seconds / 60 * 9)},
        serial_number=person.id.int % 2**31 + 1,
    )


def _effort(person: Person, random: np.random.Generator, length: int) -> NDArray[np.float64]:
    """Warm up, hold with waves, cool down; those who train more often train harder."""
    hard = 0.44 + 0.03 * person.weekly_workouts
    shape = np.interp(np.linspace(0, 1, length), [0, 0.15, 0.85, 1], [0.35, hard, hard + 0.05, 0.4])
    waves = 0.05 * np.sin(np.arange(length) / max(length / 18, 1)) + random.normal(0, 0.01, length)
    reserve = person.top_bpm - person.resting_bpm
    return np.clip(person.resting_bpm + (shape + waves) * reserve, 40, person.top_bpm)


def _local_midnight(person: Person, now: datetime) -> datetime:
    local = now.astimezone(ZoneInfo(person.time_zone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0)
