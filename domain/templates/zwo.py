"""Zwift's workout files (ZWO): read without trusting a byte, written with what the format can say."""

from collections.abc import Iterator, Sequence
from typing import Any
from xml.etree.ElementTree import Element, ParseError, SubElement, indent, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from domain.errors import Invalid
from domain.templates.steps import (
    MOST_METERS,
    DurationUnit,
    Effort,
    EffortType,
    Metric,
    Repeat,
    Set,
    expanded,
)
from domain.templates.workouts import Sport, WorkoutContent

MAX_BYTES = 1024 * 1024
SPORTS = {"run": Sport.RUNNING, "bike": Sport.CYCLING}
GLIDES = {"Warmup": EffortType.WARMUP, "Cooldown": EffortType.COOLDOWN, "Ramp": EffortType.RAMP}
FREE = {"FreeRide": EffortType.STEADY, "Freeride": EffortType.STEADY, "MaxEffort": EffortType.WORK}
PERCENT_OF_ZONE = {1: (60, 78), 2: (78, 88), 3: (88, 95), 4: (95, 102), 5: (102, 112)}
"""Zones of pace, heart rate and power as percent of the threshold, where ZWO knows nothing else."""
MOST_PERCENT = 300
MOST_LENGTH, MOST_TIMES = MOST_METERS, 100

Document = dict[str, Any]


def read_zwo(content: bytes) -> Document:
    """What the file says, as `WorkoutContent` reads it: power and pace become percent of critical speed."""
    if len(content) > MAX_BYTES:
        raise Invalid(f"A ZWO file has at most {MAX_BYTES} bytes")
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise Invalid("This is not a ZWO file: it cannot be read as plain XML") from None
    workout = root.find("workout")
    if root.tag != "workout_file" or workout is None:
        raise Invalid("This is not a ZWO file: it has no workout_file with a workout in it")
    unit = DurationUnit.METERS if _text(root, "durationType") == "distance" else DurationUnit.SECONDS
    tags = [name for tag in root.iterfind("tags/tag") if (name := tag.get("name", "").strip())]
    return {
        "name": _text(root, "name"),
        "description": _text(root, "description"),
        "category": (_text(root, "category") or "").lower(),
        "sport": SPORTS.get((_text(root, "sportType") or "run").lower(), Sport.RUNNING),
        "tags": tags,
        "steps": [step for element in workout for step in _steps(element, unit)],
    }


def write_zwo(workout: WorkoutContent) -> bytes:
    """ZWO counts either seconds or meters: a workout that mixes them is written in seconds, as it is estimated."""
    unit, seconds_a_meter = _counting(workout)
    root = Element("workout_file")
    for name, text in (
        ("name", workout.name),
        ("description", workout.description or ""),
        ("category", workout.category),
        ("sportType", "bike" if workout.sport == Sport.CYCLING else "run"),
    ):
        SubElement(root, name).text = text
    if unit == DurationUnit.METERS:
        SubElement(root, "durationType").text = "distance"
    tags = SubElement(root, "tags")
    for tag in workout.tags:
        SubElement(tags, "tag", name=tag)
    steps = SubElement(root, "workout")
    for name, attributes in _elements(workout.steps, seconds_a_meter):
        SubElement(steps, name, attributes)
    indent(root)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def _text(root: Element, name: str) -> str | None:
    text = root.findtext(name)
    return text.strip() or None if text else None


def _steps(element: Element, unit: DurationUnit) -> list[Document]:
    return _intervals(element, unit) if element.tag == "IntervalsT" else [_step(element, unit)]


def _step(element: Element, unit: DurationUnit) -> Document:
    if element.tag in GLIDES:
        bounds = [_percent(element, "PowerLow"), _percent(element, "PowerHigh")]
        if GLIDES[element.tag] == EffortType.WARMUP:
            bounds.sort()
        return _effort(GLIDES[element.tag], _length(element, "Duration"), unit, *bounds)
    if element.tag in FREE:
        return _effort(FREE[element.tag], _length(element, "Duration"), unit)
    if element.tag == "SteadyState":
        low, high = _steady(element)
        return _effort(EffortType.STEADY, _length(element, "Duration"), unit, low, high)
    raise Invalid(f"The step {element.tag[:40]!r} is not known: remove it from the file")


def _steady(element: Element) -> tuple[float, float]:
    if element.get("Power") is not None:
        return (_percent(element, "Power"),) * 2
    low, high = sorted((_percent(element, "PowerLow"), _percent(element, "PowerHigh")))
    return low, high


def _intervals(element: Element, unit: DurationUnit) -> list[Document]:
    """A repeat of both efforts; once is no repeat."""
    on, off = _percent(element, "OnPower"), _percent(element, "OffPower")
    steps = [
        _effort(EffortType.WORK, _length(element, "OnDuration"), unit, on, on),
        _effort(EffortType.RECOVERY, _length(element, "OffDuration"), unit, off, off),
    ]
    count = _number(element, "Repeat")
    if count not in range(1, MOST_TIMES + 1):
        raise Invalid(f"IntervalsT needs a whole number from 1 to {MOST_TIMES} as Repeat")
    return steps if count == 1 else [{"type": "repeat", "count": int(count), "steps": steps}]


def _effort(kind: EffortType, length: int, unit: DurationUnit, *percent: float) -> Document:
    target = dict(zip(("low", "high"), percent, strict=False))
    metric = Metric.CRITICAL_SPEED_PERCENT if target else Metric.OPEN
    return {
        "type": kind,
        "duration": {"unit": unit, "value": length},
        "target": {"metric": metric, **target},
    }


def _number(element: Element, name: str) -> float:
    try:
        return float(element.get(name, ""))
    except ValueError:
        raise Invalid(f"{element.tag} needs a number as {name}") from None


def _length(element: Element, name: str) -> int:
    """In whole seconds or meters, one at least."""
    number = _number(element, name)
    if not 0 < number <= MOST_LENGTH:
        raise Invalid(f"{element.tag} needs a {name} above 0 and up to {MOST_LENGTH}")
    return max(1, round(number))


def _percent(element: Element, name: str) -> float:
    fraction = _number(element, name)
    if not 0 < fraction * 100 <= MOST_PERCENT:
        raise Invalid(f"{element.tag} needs a {name} as a fraction of the threshold")
    return round(fraction * 100, 2)


def _counting(workout: WorkoutContent) -> tuple[DurationUnit, float]:
    """What to count in, and how many of it a meter is worth."""
    efforts = list(expanded(workout.steps))
    units = {effort.duration.unit for effort in efforts}
    if DurationUnit.OPEN in units:
        raise Invalid("ZWO needs a length for every step: this workout has one that is open")
    if units == {DurationUnit.METERS}:
        return DurationUnit.METERS, 1
    meters = sum(
        effort.duration.value or 0 for effort in efforts if effort.duration.unit == DurationUnit.METERS
    )
    seconds = sum(
        effort.duration.value or 0 for effort in efforts if effort.duration.unit == DurationUnit.SECONDS
    )
    left = (workout.estimated_duration_seconds or 0) - seconds
    if meters and left <= 0:
        raise Invalid(
            "ZWO counts either seconds or meters: estimate the duration of this workout, which has both"
        )
    return DurationUnit.SECONDS, left / meters if meters else 1


def _elements(
    steps: Sequence[Effort | Set | Repeat], seconds_a_meter: float
) -> Iterator[tuple[str, dict[str, str]]]:
    for step in steps:
        if isinstance(step, Effort):
            yield _element(step, seconds_a_meter)
        elif _is_intervals(step.steps):
            on, off = (_element(effort, seconds_a_meter)[1] for effort in expanded(step.steps))
            yield (
                "IntervalsT",
                {"Repeat": str(step.count)}
                | {f"On{name}": value for name, value in on.items()}
                | {f"Off{name}": value for name, value in off.items()},
            )
        else:
            for _ in range(step.count):
                yield from _elements(step.steps, seconds_a_meter)


def _is_intervals(steps: Sequence[Effort | Set]) -> bool:
    """A hard and an easy effort, each with one power."""
    kinds = [step.type for step in steps]
    powers = [_percents(step) for step in steps if isinstance(step, Effort)]
    return kinds in INTERVALS and all(power and power[0] == power[1] for power in powers)


INTERVALS = ([EffortType.WORK, EffortType.RECOVERY],)


def _element(effort: Effort, seconds_a_meter: float) -> tuple[str, dict[str, str]]:
    per = seconds_a_meter if effort.duration.unit == DurationUnit.METERS else 1
    length = {"Duration": str(max(1, round((effort.duration.value or 0) * per)))}
    percents = _percents(effort)
    if percents is None:
        return "FreeRide", length
    low, high = (f"{percent / 100:.4g}" for percent in percents)
    for name, kind in GLIDES.items():
        if effort.type == kind:
            return name, {**length, "PowerLow": low, "PowerHigh": high}
    return "SteadyState", {**length, "Power": low} if low == high else {
        **length,
        "PowerLow": low,
        "PowerHigh": high,
    }


def _percents(effort: Effort) -> tuple[float, float] | None:
    target = effort.target
    if target.low is None or target.high is None:
        return None
    if target.metric == Metric.CRITICAL_SPEED_PERCENT:
        return target.low, target.high
    if target.metric == Metric.RPE:
        return 40 + 6 * target.low, 40 + 6 * target.high
    return _of_zone(target.low)[0], _of_zone(target.high)[1]


def _of_zone(zone: float) -> tuple[int, int]:
    return PERCENT_OF_ZONE[min(int(zone), max(PERCENT_OF_ZONE))]
