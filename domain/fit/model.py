"""What a FIT file says, in plain units: seconds, metres, watts, beats per minute, degrees."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from domain.fit.clock import NO_TIME


@dataclass(frozen=True)
class Session:
    """One sport from start to end; whatever the device did not write is None."""

    sport: str | None = None
    sub_sport: str | None = None
    started_at: int | None = None
    elapsed_s: float | None = None
    timer_s: float | None = None
    distance_m: float | None = None
    calories_kcal: int | None = None
    avg_heart_rate_bpm: int | None = None
    max_heart_rate_bpm: int | None = None
    avg_power_w: int | None = None
    max_power_w: int | None = None
    normalized_power_w: int | None = None
    avg_speed_mps: float | None = None
    max_speed_mps: float | None = None
    avg_cadence_rpm: int | None = None
    max_cadence_rpm: int | None = None
    ascent_m: int | None = None
    descent_m: int | None = None
    training_stress_score: float | None = None
    intensity_factor: float | None = None

    @property
    def ended_at(self) -> float | None:
        """Start plus elapsed time: a summary written first has another moment as its timestamp."""
        if self.started_at is None or self.elapsed_s is None:
            return None
        return self.started_at + self.elapsed_s


@dataclass(frozen=True, eq=False)
class Records:
    """The samples of a file in its own order: `time` is unix seconds or NO_TIME, missing values are NaN."""

    time: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    columns: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.time)

    def __repr__(self) -> str:
        return f"Records({len(self)}: {', '.join(self.columns)})"  # arrays would flood a log

    def between(self, start: float, end: float) -> "Records":
        """The samples from `start` to `end`, both included; those without a time are in no span."""
        chosen = (self.time >= start) & (self.time <= end) & (self.time != NO_TIME)
        return Records(self.time[chosen], {name: column[chosen] for name, column in self.columns.items()})


@dataclass(frozen=True, eq=False)
class FitFile:
    """One file, its chained parts joined. With `relative_time` times count from when the device started."""

    file_types: tuple[str, ...] = ()
    manufacturer: str | int | None = None
    product: int | None = None
    serial_number: int | None = None
    created_at: int | None = None
    sessions: tuple[Session, ...] = ()
    records: Records = field(default_factory=Records)
    relative_time: bool = False
    local_offset_s: int | None = None
    reader: str = "vectorised"
