"""A routine's steps in blocks, the copy of them that a run keeps, and what a run amounts to. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from domain.errors import Detail, Invalid
from domain.routines.states import StepStatus

MAX_STEPS = 100


class Block(StrEnum):
    """In this order within a routine."""

    WARMUP = "warmup"
    MAIN = "main"
    COOLDOWN = "cooldown"


class StepKind(StrEnum):
    """An AI Move exercise is proven by its session; a guided step is done when the user says so."""

    AI_MOVE = "ai-move"
    GUIDED = "guided"


@dataclass(frozen=True)
class Step:
    """`target_value`: repetitions, or seconds for an exercise that is held."""

    step_id: str
    block: Block
    kind: StepKind
    exercise_id: str | None = None
    title: str | None = None
    title_zh: str | None = None
    target_value: int | None = None
    duration_seconds: int | None = None
    rest_seconds_after: int | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Summary:
    """What a run's steps amount to; skipped steps are handled, not completed."""

    completed_exercises: int
    total_exercises: int
    completion_rate: float
    total_duration_seconds: int
    total_calories_burned: float
    handled: bool
    begun: bool

    def columns(self) -> dict[str, Any]:
        """The figures a run keeps in columns."""
        figures = asdict(self)
        return {name: value for name, value in figures.items() if name not in {"handled", "begun"}}


def checked(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """As a template keeps them; refused where ids repeat, blocks are out of order or a step says too little."""
    problems = [
        Detail(problem, f"steps.{index}", index=index)
        for index, step in enumerate(steps)
        if (problem := _problem(step, steps[:index]))
    ]
    if len(steps) > MAX_STEPS:
        problems.append(Detail(f"a routine has at most {MAX_STEPS} steps", "steps"))
    if problems:
        raise Invalid("The steps are not a routine; see details for what to change", *problems)
    return [step.as_json() for step in steps]


def _problem(step: Step, before: Sequence[Step]) -> str | None:
    order = list(Block)
    if any(order.index(other.block) > order.index(step.block) for other in before):
        return f"{step.block} comes too late: the blocks are warmup, main, cooldown, in this order"
    if any(other.step_id == step.step_id for other in before):
        return "stepId is taken by a step before it"
    if step.kind is StepKind.AI_MOVE and not step.exercise_id:
        return "an ai-move step needs an exerciseId"
    if step.kind is StepKind.GUIDED and not step.title:
        return "a guided step needs a title"
    return None


@dataclass(frozen=True)
class Named:
    """What a run keeps of an exercise: its names, and whether its target is counted or held."""

    name: str
    name_zh: str | None
    type: str


UNKNOWN = Named("", None, "")


def copied(steps: Iterable[Mapping[str, Any]], named: Mapping[str, Named]) -> list[dict[str, Any]]:
    """A run's own copy: later edits of the template do not reach it. `named`: the exercises in it."""
    return [
        {
            **step,
            **_words(step, named.get(step["exercise_id"] or "", UNKNOWN)),
            "sequence_index": index,
            "status": StepStatus.PENDING,
            "session_id": None,
            "guided_complete": False,
            "skipped": False,
            "seconds": 0,
            "calories": 0.0,
        }
        for index, step in enumerate(steps)
    ]


def _words(step: Mapping[str, Any], exercise: Named) -> dict[str, Any]:
    return {
        "title": step["title"] or exercise.name or step["exercise_id"],
        "title_zh": step["title_zh"] or exercise.name_zh,
        "exercise_type": exercise.type or None,
    }


def recomputed(step: Mapping[str, Any], session: Any | None) -> dict[str, Any]:
    """The step as its flags and its latest child session say, whatever it was before: the same again, any order."""
    done = step["guided_complete"] or (session is not None and session.status == "completed")
    if done:
        status = StepStatus.COMPLETED
    elif step["skipped"]:
        status = StepStatus.SKIPPED
    else:
        status = StepStatus.PENDING if session is None else StepStatus.IN_PROGRESS
    guided = (step["duration_seconds"] or 0) if step["guided_complete"] else 0
    return {
        **step,
        "status": status,
        "session_id": None if session is None else str(session.id),
        "seconds": guided if session is None else session.duration_seconds,
        "calories": 0.0 if session is None else session.calories_burned,
    }


def summary_of(steps: Sequence[Mapping[str, Any]]) -> Summary:
    completed = sum(step["status"] == StepStatus.COMPLETED for step in steps)
    handled = [step["status"] in (StepStatus.COMPLETED, StepStatus.SKIPPED) for step in steps]
    return Summary(
        completed_exercises=completed,
        total_exercises=len(steps),
        completion_rate=rate(completed, len(steps)),
        total_duration_seconds=sum(step["seconds"] for step in steps),
        total_calories_burned=round(sum(step["calories"] for step in steps), 1),
        handled=all(handled),
        begun=any(step["status"] != StepStatus.PENDING for step in steps),
    )


def rate(part: int, whole: int) -> float:
    """From 0 to 1, to two places as in the seed; nothing of nothing is 0."""
    return round(min(part / whole, 1), 2) if whole else 0.0
