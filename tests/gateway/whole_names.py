"""Whose things are in the whole world, and what is said of several."""

from datetime import date

from domain.routines.steps import Block, Step, StepKind, checked
from tests.world import LONG_AGO

DAY = date(2024, 6, 1)
STEPS = checked(
    [
        Step(
            "a", Block.MAIN, StepKind.AI_MOVE, exercise_id="march-library", title="March", title_zh="例",
            target_value=10, duration_seconds=60, rest_seconds_after=5,
        ),
        Step("b", Block.MAIN, StepKind.GUIDED, title="Breathe"),
    ]
)  # fmt: skip
STAMPS = {"created_at": LONG_AGO, "modified_at": LONG_AGO}
OURS, THEIRS = "ours", "theirs"
LIBRARY = "library"
COACH = "pat"
"""Who runs our program, by an account that is no user's."""
