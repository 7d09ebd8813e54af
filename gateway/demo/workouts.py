"""The demo's workout templates, and a training plan made of them."""

from typing import Any
from uuid import UUID

from gateway.demo.credentials import demo_id

Document = dict[str, Any]
WEEKS = 8
PLAN_ID = demo_id("plan", "10 km")


def workout_id(name: str) -> UUID:
    return demo_id("workout", name)


def _step(kind: str, unit: str, value: int, zone: tuple[int, int] | None = None) -> Document:
    target = {"metric": "heartRateZone", "low": zone[0], "high": zone[1]} if zone else {"metric": "open"}
    return {"type": kind, "duration": {"unit": unit, "value": value}, "target": target}


def _at(percent: int, kind: str, unit: str, value: int) -> Document:
    """An effort around a percentage of critical speed."""
    target = {"metric": "criticalSpeedPercent", "low": percent - 2, "high": percent + 2}
    return {"type": kind, "duration": {"unit": unit, "value": value}, "target": target}


def _repeat(count: int, *steps: Document) -> Document:
    return {"type": "repeat", "count": count, "steps": list(steps)}


def _workout(
    name: str, category: str, minutes: int, description: str, *steps: Document, **more: Any
) -> Document:
    return {
        "name": name,
        "category": category,
        "estimated_duration_seconds": minutes * 60,
        "description": description,
        "steps": list(steps),
        **more,
    }


WARM_UP, COOL_DOWN = _step("warmup", "seconds", 900, (1, 2)), _step("cooldown", "seconds", 600, (1, 2))
JOG = _step("recovery", "seconds", 90)

WORKOUTS: tuple[Document, ...] = (
    _workout("Easy 45", "easy", 45, "An easy run to talk through.", _step("steady", "seconds", 2700, (1, 2))),
    _workout("Long 90", "long", 90, "Steady and long, never hard.", _step("steady", "seconds", 5400, (2, 2))),
    _workout(
        "5 x 1000 m threshold",
        "threshold",
        65,
        "Five kilometres at threshold, short recoveries.",
        WARM_UP,
        _repeat(5, _at(98, "work", "meters", 1000), JOG),
        COOL_DOWN,
        tags=["10k"],
        estimated_distance_meters=11_500,
        estimated_load=72.0,
    ),
    _workout(
        "3 x (4 x 200 m)",
        "interval",
        50,
        "Three sets of four fast two-hundreds.",
        WARM_UP,
        _repeat(
            3,
            _repeat(4, _at(112, "work", "meters", 200), _step("recovery", "seconds", 45)),
            _step("rest", "seconds", 180),
        ),
        COOL_DOWN,
        tags=["5k", "10k"],
    ),
    _workout(
        "Tempo 20",
        "tempo",
        45,
        "Twenty minutes comfortably hard.",
        WARM_UP,
        _step("work", "seconds", 1200, (3, 4)),
        COOL_DOWN,
    ),
    _workout(
        "Recovery 30",
        "recovery",
        30,
        "Half an hour to shake the legs out.",
        _step("steady", "seconds", 1800, (1, 1)),
    ),
)


def _week(number: int) -> Document:
    """Two hard days and a long run; every fourth week is easy."""
    easy = number % 4 == 0
    names = {
        2: "Recovery 30" if easy else "3 x (4 x 200 m)",
        4: "Easy 45" if easy else "5 x 1000 m threshold",
        6: "Easy 45" if easy else "Tempo 20",
        7: "Easy 45" if easy else "Long 90",
    }
    days = [
        {"day": day, "type": "workout", "workout_template_id": workout_id(names[day])}
        if day in names
        else {"day": day, "type": "rest"}
        for day in range(1, 8)
    ]
    return {"week": number, "focus": "recovery" if easy else "threshold", "is_recovery": easy, "days": days}


PLAN: Document = {
    "name": f"10 km in {WEEKS} weeks",
    "description": "For runners who can run an hour and want to race ten kilometres.",
    "goal_distance": "10k",
    "level": "intermediate",
    "blocks": [
        {"name": "Base", "phase": "base", "weeks": [_week(number) for number in range(1, 5)]},
        {"name": "Build", "phase": "build", "weeks": [_week(number) for number in range(5, WEEKS)]},
        {"name": "Taper", "phase": "taper", "weeks": [_week(WEEKS)]},
    ],
}
