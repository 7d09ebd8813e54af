"""The states of templates, queued routines, runs and steps, and one table of allowed moves for each."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from domain.errors import Conflict


class TemplateStatus(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"


class InstanceStatus(StrEnum):
    """Deferring is a place in the queue, not a state: a deferred routine is queued again, further back."""

    QUEUED = "queued"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class RunStatus(StrEnum):
    CREATED = "created"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    ABANDONED = "abandoned"


class StepStatus(StrEnum):
    """Recomputed from what is known of a step, so it has no table of moves; each is stronger than the one before."""

    PENDING = "pending"
    IN_PROGRESS = "in-progress"
    SKIPPED = "skipped"
    COMPLETED = "completed"


Moves = Mapping[Any, tuple[Any, ...]]
TEMPLATE_MOVES: Moves = {
    TemplateStatus.DRAFT: (TemplateStatus.PUBLISHED,),
    TemplateStatus.PUBLISHED: (),
}
INSTANCE_MOVES: Moves = {
    InstanceStatus.QUEUED: (InstanceStatus.IN_PROGRESS, InstanceStatus.CANCELLED),
    InstanceStatus.IN_PROGRESS: (
        InstanceStatus.COMPLETED,
        InstanceStatus.QUEUED,
        InstanceStatus.CANCELLED,
    ),
    InstanceStatus.COMPLETED: (),
    InstanceStatus.CANCELLED: (),
}
RUN_MOVES: Moves = {
    RunStatus.CREATED: (RunStatus.IN_PROGRESS, RunStatus.ABANDONED),
    RunStatus.IN_PROGRESS: (RunStatus.COMPLETED, RunStatus.ABANDONED),
    RunStatus.COMPLETED: (),
    RunStatus.ABANDONED: (),
}
OPEN_INSTANCES = (InstanceStatus.QUEUED, InstanceStatus.IN_PROGRESS)
OPEN_RUNS = (RunStatus.CREATED, RunStatus.IN_PROGRESS)


def check_move(moves: Moves, what: str, now: str, wanted: StrEnum) -> None:
    """Staying is no move and always allowed."""
    if now == wanted or wanted in moves[type(wanted)(now)]:
        return
    allowed = " or ".join(moves[type(wanted)(now)])
    then = f"it can become {allowed}" if allowed else "that is final"
    raise Conflict(f"{what} is {now} and cannot become {wanted}; {then}")
