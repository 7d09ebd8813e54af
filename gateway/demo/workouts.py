"""The demo's workout templates."""

from typing import Any

Step = dict[str, Any]


def _step(kind: str, unit: str, value: int, zone: tuple[int, int] | None = None) -> Step:
    target = {"metric": "heartRateZone", "low": zone[0], "high": zone[1]} if zone else {"metric": "open"}
    return {"type": kind, "duration": {"unit": unit, "value": value}, "target": target}


WARM_UP, COOL_DOWN = _step("warmup", "seconds", 900, (1, 2)), _step("cooldown", "seconds", 600, (1, 2))

WORKOUTS: tuple[tuple[str, str, str, int, list[Step]], ...] = (
    ("Easy 45", "An easy run to talk through.", "easy", 2700, [_step("steady", "seconds", 2700, (1, 2))]),
    ("Long 90", "Steady and long, never hard.", "long", 5400, [_step("steady", "seconds", 5400, (2, 2))]),
    (
        "5 x 1000 m threshold",
        "Five kilometres at threshold, short recoveries.",
        "threshold",
        3900,
        [
            WARM_UP,
            {
                "type": "repeat",
                "count": 5,
                "steps": [_step("work", "meters", 1000, (4, 4)), _step("recovery", "seconds", 90)],
            },
            COOL_DOWN,
        ],
    ),
    (
        "Tempo 20",
        "Twenty minutes comfortably hard.",
        "tempo",
        2700,
        [WARM_UP, _step("work", "seconds", 1200, (3, 4)), COOL_DOWN],
    ),
    (
        "Recovery 30",
        "Half an hour to shake the legs out.",
        "recovery",
        1800,
        [_step("steady", "seconds", 1800, (1, 1))],
    ),
)
