"""Documents to look at in the API's description; what they are made of is in contracts 2.3."""

from typing import Any

Document = dict[str, Any]

WORKOUT_ID = "568bc3d2-0db2-51a7-beeb-922359f1f893"
STAMPS = {"createdAt": "2025-11-01T08:00:00.000000Z", "updatedAt": "2026-02-03T10:11:12.123456Z"}

WORKOUT: Document = {
    "id": WORKOUT_ID,
    "name": "5 x 1000 m threshold",
    "description": "Five kilometres at threshold, short recoveries.",
    "category": "threshold",
    "sport": "running",
    "tags": ["10k"],
    "estimatedDurationSeconds": 3900,
    "estimatedDistanceMeters": 11500,
    "estimatedLoad": 72.0,
    "steps": [
        {
            "type": "warmup",
            "duration": {"unit": "seconds", "value": 900},
            "target": {"metric": "paceZone", "low": 1, "high": 2},
        },
        {
            "type": "repeat",
            "count": 5,
            "steps": [
                {
                    "type": "work",
                    "duration": {"unit": "meters", "value": 1000},
                    "target": {"metric": "criticalSpeedPercent", "low": 96, "high": 100},
                },
                {
                    "type": "recovery",
                    "duration": {"unit": "seconds", "value": 90},
                    "target": {"metric": "open"},
                },
            ],
        },
        {
            "type": "cooldown",
            "duration": {"unit": "seconds", "value": 600},
            "target": {"metric": "heartRateZone", "low": 1, "high": 2},
        },
    ],
    "version": 3,
    **STAMPS,
}

PLAN: Document = {
    "id": "9c85ee5a-c270-5033-83b1-ba77e8724744",
    "name": "Marathon in a week",
    "description": "The last week before the race.",
    "goalDistance": "marathon",
    "goalDistanceMeters": 42195,
    "level": "intermediate",
    "durationWeeks": 1,
    "sessionsPerWeek": 1,
    "blocks": [
        {
            "name": "Base",
            "phase": "base",
            "weeks": [
                {
                    "week": 1,
                    "focus": "aerobic",
                    "isRecovery": False,
                    "days": [
                        {"day": 1, "type": "rest"},
                        {
                            "day": 2,
                            "type": "workout",
                            "workoutTemplateId": WORKOUT_ID,
                            "workoutName": "5 x 1000 m threshold",
                        },
                    ],
                }
            ],
        }
    ],
    "version": 1,
    **STAMPS,
}


def page(document: Document) -> Document:
    return {"items": [document], "page": 1, "per_page": 20, "total": 1, "pages": 1}
