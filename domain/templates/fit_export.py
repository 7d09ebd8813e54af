"""A workout template as a FIT workout file: zones as targets, everything else as a note that the watch shows."""

from collections.abc import Sequence
from datetime import datetime

from domain.fit.workout_encoder import FitRepeat, FitStep, encode_workout
from domain.templates.steps import DurationUnit, Effort, EffortType, Metric, Repeat, Set
from domain.templates.workouts import WorkoutContent

INTENSITY: dict[str, str] = {
    EffortType.WARMUP: "warmup",
    EffortType.COOLDOWN: "cooldown",
    EffortType.RECOVERY: "recovery",
    EffortType.REST: "rest",
    EffortType.WORK: "interval",
    EffortType.STEADY: "active",
    EffortType.RAMP: "active",
}
ZONE_TARGETS: dict[str, str] = {
    Metric.HEART_RATE_ZONE: "heart_rate_zone",
    Metric.PACE_ZONE: "speed_zone",
    Metric.POWER_ZONE: "power_zone",
}
WORDS: dict[str, str] = {
    Metric.HEART_RATE_ZONE: "heart rate zone",
    Metric.PACE_ZONE: "pace zone",
    Metric.POWER_ZONE: "power zone",
    Metric.CRITICAL_SPEED_PERCENT: "% of critical speed",
    Metric.RPE: "effort of 10",
}


def write_fit(workout: WorkoutContent, created_at: datetime) -> bytes:
    steps: list[FitStep | FitRepeat] = []
    _append(steps, workout.steps)
    return encode_workout(workout.name, steps, sport=workout.sport, created_at=int(created_at.timestamp()))


def _append(written: list[FitStep | FitRepeat], steps: Sequence[Effort | Set | Repeat]) -> None:
    """A repeat stands behind its steps and points back to the first of them."""
    for step in steps:
        if isinstance(step, Effort):
            written.append(_fit_step(step))
        else:
            first = len(written)
            _append(written, step.steps)
            written.append(FitRepeat(first, step.count))


def _fit_step(effort: Effort) -> FitStep:
    """A watch knows one zone for a step: of a range the higher, with the range as a note."""
    target, duration = effort.target, effort.duration
    zoned = target.metric in ZONE_TARGETS and target.high is not None
    return FitStep(
        intensity=INTENSITY[effort.type],
        seconds=duration.value if duration.unit == DurationUnit.SECONDS else None,
        meters=duration.value if duration.unit == DurationUnit.METERS else None,
        target=ZONE_TARGETS[target.metric] if zoned else "open",
        zone=int(target.high or 0) if zoned else 0,
        note=", ".join(filter(None, (effort.note, _said(effort)))),
    )


def _said(effort: Effort) -> str:
    """`96-100 % of critical speed`; nothing where the target says it all."""
    target = effort.target
    if target.metric == Metric.OPEN or (target.metric in ZONE_TARGETS and target.low == target.high):
        return ""
    bounds = f"{target.low}" if target.low == target.high else f"{target.low}-{target.high}"
    words = WORDS[target.metric]
    return f"{words} {bounds}" if target.metric in ZONE_TARGETS else f"{bounds} {words}"
