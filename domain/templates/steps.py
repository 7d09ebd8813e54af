"""The steps of a structured workout: efforts with a duration and a target, and repeats of them."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator as ByFunction
from pydantic import (
    Field,
    StrictFloat,
    StrictInt,
    Tag,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)

from domain.templates.content import Content, Name

MOST_STEPS, MOST_EXPANDED = 100, 1000
DAY_SECONDS, MOST_METERS = 86_400, 1_000_000
RANGES = {
    "paceZone": (1, 10),
    "heartRateZone": (1, 5),
    "powerZone": (1, 7),
    "criticalSpeedPercent": (1, 300),
    "rpe": (1, 10),
}
ZONES = frozenset({"paceZone", "heartRateZone", "powerZone"})


class DurationUnit(StrEnum):
    SECONDS = "seconds"
    METERS = "meters"
    OPEN = "open"


class Metric(StrEnum):
    OPEN = "open"
    PACE_ZONE = "paceZone"
    HEART_RATE_ZONE = "heartRateZone"
    CRITICAL_SPEED_PERCENT = "criticalSpeedPercent"
    POWER_ZONE = "powerZone"
    RPE = "rpe"


class EffortType(StrEnum):
    WARMUP = "warmup"
    STEADY = "steady"
    WORK = "work"
    RECOVERY = "recovery"
    REST = "rest"
    RAMP = "ramp"
    COOLDOWN = "cooldown"


class Duration(Content):
    """So many seconds or meters; an open one ends when the runner says so."""

    unit: DurationUnit
    value: Annotated[StrictInt, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def is_a_length(self) -> Self:
        if (self.unit == DurationUnit.OPEN) != (self.value is None):
            raise ValueError("seconds and meters need a value, and open has none")
        most = DAY_SECONDS if self.unit == DurationUnit.SECONDS else MOST_METERS
        if self.value is not None and self.value > most:
            raise ValueError(f"takes at most {most} {self.unit}")
        return self


def _told_once(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    """One sentence, not one for each kind of number."""
    try:
        return read(value)
    except ValidationError:
        raise ValueError("takes a finite number") from None


Number = Annotated[StrictInt | StrictFloat, WrapValidator(_told_once)]


class Target(Content):
    """How hard: a range of a metric, or open."""

    metric: Metric = Metric.OPEN
    low: Number | None = None
    high: Number | None = None

    @model_validator(mode="after")
    def is_a_range(self) -> Self:
        given = [bound for bound in (self.low, self.high) if bound is not None]
        if self.metric == Metric.OPEN:
            if given:
                raise ValueError("open has neither low nor high")
            return self
        least, most = RANGES[self.metric]
        if len(given) != 2 or not all(least <= bound <= most for bound in given):  # noqa: PLR2004  low and high
            raise ValueError(f"{self.metric} takes a low and a high from {least} to {most}")
        if self.metric in ZONES and any(bound != int(bound) for bound in given):
            raise ValueError(f"{self.metric} takes whole numbers")
        return self


class Effort(Content):
    """A ramp goes from low to high, warm-ups and cool-downs may too; elsewhere low and high are bounds."""

    type: EffortType
    duration: Duration
    target: Target = Target()
    note: Name | None = None

    @model_validator(mode="after")
    def has_bounds_in_order(self) -> Self:
        low, high = self.target.low, self.target.high
        if low is not None and high is not None and low > high and self.type not in GLIDING:
            raise ValueError("target.low must not be above target.high, except in a ramp or a cooldown")
        return self


GLIDING = frozenset({EffortType.RAMP, EffortType.COOLDOWN})


def _which(given: Any) -> str:
    """A repeat is told by its type; whatever else it is, an effort's errors describe it."""
    kind = given.get("type") if isinstance(given, dict) else getattr(given, "type", None)
    return "<repeat>" if kind == "repeat" else "<effort>"


Count = Annotated[StrictInt, Field(ge=2, le=100)]


class Set(Content):
    """A repeat within a repeat: it holds efforts only."""

    type: Literal["repeat"]
    count: Count
    steps: Annotated[list[Effort], Field(min_length=1, max_length=MOST_STEPS)]


class Repeat(Content):
    """Its steps, over and over; sets of repeats are as deep as it goes."""

    type: Literal["repeat"]
    count: Count
    steps: Annotated[
        list[
            Annotated[
                Annotated[Effort, Tag("<effort>")] | Annotated[Set, Tag("<repeat>")], ByFunction(_which)
            ]
        ],
        Field(min_length=1, max_length=MOST_STEPS),
    ]


Step = Annotated[Annotated[Effort, Tag("<effort>")] | Annotated[Repeat, Tag("<repeat>")], ByFunction(_which)]
Steps = Annotated[list[Step], Field(min_length=1, max_length=MOST_STEPS)]


def expanded(steps: Sequence[Effort | Set | Repeat]) -> Iterator[Effort]:
    """Every effort in the order it is run."""
    for step in steps:
        if isinstance(step, Effort):
            yield step
        else:
            for _ in range(step.count):
                yield from expanded(step.steps)


def number_of_efforts(steps: Sequence[Effort | Set | Repeat]) -> int:
    """How many there are expanded, without expanding them."""
    return sum(
        1 if isinstance(step, Effort) else step.count * number_of_efforts(step.steps) for step in steps
    )


def total(steps: Sequence[Effort | Set | Repeat], unit: DurationUnit) -> int | None:
    """All seconds or meters together; None unless every effort is measured in them."""
    durations = [effort.duration for effort in expanded(steps)]
    if any(duration.unit != unit for duration in durations):
        return None
    return sum(duration.value or 0 for duration in durations)
