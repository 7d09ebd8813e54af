"""The states of templates, queued routines, runs and steps, and one table of allowed moves for each."""

from enum import StrEnum

from domain.moves import Moves


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
