"""Writing a structured workout as a FIT file that watches take (FIT file type 5)."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.fit.clock import FIT_EPOCH
from domain.fit.names import MANUFACTURERS, SPORTS
from domain.fit.profile import FILE_ID
from domain.fit.writer import FieldSpec, FitWriter

_WORKOUT, _WORKOUT_STEP, _WORKOUT_FILE = 26, 27, 5
_MESSAGE_INDEX = 254
_NAME_BYTES, _NOTE_BYTES = 50, 100
_TIME, _DISTANCE, _OPEN, _REPEAT = 0, 1, 5, 6
_TARGETS = {"speed_zone": 0, "heart_rate_zone": 1, "open": 2, "power_zone": 4}
_INTENSITIES = {"active": 0, "rest": 1, "warmup": 2, "cooldown": 3, "recovery": 4, "interval": 5}


@dataclass(frozen=True)
class FitStep:
    """Seconds or meters, or neither for an open end; a target without a zone is open."""

    intensity: str
    seconds: int | None = None
    meters: int | None = None
    target: str = "open"
    zone: int = 0
    note: str = ""


@dataclass(frozen=True)
class FitRepeat:
    """Everything from the step with this index on, so many times in all."""

    first: int
    count: int


def encode_workout(
    name: str, steps: Sequence[FitStep | FitRepeat], *, sport: str = "running", created_at: int
) -> bytes:
    """`created_at` in Unix seconds."""
    writer = FitWriter()
    head = [FieldSpec(0, "enum"), FieldSpec(1, "uint16"), FieldSpec(2, "uint16"), FieldSpec(3, "uint32z")]
    writer.define(0, FILE_ID, [*head, FieldSpec(4, "uint32")])
    writer.data(0, _WORKOUT_FILE, _number(MANUFACTURERS, "development"), 1, 1, created_at - FIT_EPOCH)
    writer.define(1, _WORKOUT, [FieldSpec(4, "enum"), FieldSpec(6, "uint16"), _text(8, _NAME_BYTES)])
    writer.data(1, _number(SPORTS, sport), len(steps), _cut(name, _NAME_BYTES))
    _write_steps(writer, steps)
    return writer.to_bytes()


def _write_steps(writer: FitWriter, steps: Sequence[FitStep | FitRepeat]) -> None:
    fields = [
        FieldSpec(_MESSAGE_INDEX, "uint16"),
        FieldSpec(1, "enum"),
        FieldSpec(2, "uint32"),
        FieldSpec(3, "enum"),
        FieldSpec(4, "uint32"),
        FieldSpec(7, "enum"),
        _text(8, _NOTE_BYTES),
    ]
    writer.define(2, _WORKOUT_STEP, fields)
    for index, step in enumerate(steps):
        if isinstance(step, FitRepeat):
            writer.data(2, index, _REPEAT, step.first, _TARGETS["open"], step.count, None, "")
        else:
            kind, value = _duration(step)
            intensity = _INTENSITIES[step.intensity]
            note = _cut(step.note, _NOTE_BYTES)
            writer.data(2, index, kind, value, _TARGETS[step.target], step.zone, intensity, note)


def _duration(step: FitStep) -> tuple[int, int | None]:
    """Milliseconds or centimeters."""
    if step.seconds is not None:
        return _TIME, step.seconds * 1000
    return (_OPEN, None) if step.meters is None else (_DISTANCE, step.meters * 100)


def _text(number: int, size: int) -> FieldSpec:
    return FieldSpec(number, "string", size)


def _cut(text: str, size: int) -> bytes:
    """Whole characters, and a zero byte to end them."""
    return text.encode()[: size - 1].decode(errors="ignore").encode()


def _number(names: dict[int, str], name: str) -> int:
    return next(number for number, known in names.items() if known == name)
