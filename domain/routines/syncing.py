"""Sync: what AI Move's child sessions and the user's word say of a run's steps, in any order and as often as sent."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.ai_move import sessions
from domain.errors import Conflict, Invalid
from domain.routines import runs
from domain.routines.runs import RoutineRun, step_at
from domain.routines.states import RunStatus
from domain.routines.steps import StepKind, recomputed
from domain.unit import Unit


@dataclass(frozen=True)
class News:
    """What a client asks to synchronize: a session, a step, or everything."""

    session_id: UUID | None = None
    sequence_index: int | None = None
    guided_complete: bool = False
    skipped: bool = False

    def check(self) -> None:
        if self.guided_complete and self.skipped:
            raise Invalid("A step is either guidedComplete or skipped, not both")
        if self.session_id and (self.guided_complete or self.skipped):
            raise Invalid("aiMoveSessionId says what was done: send it without guidedComplete and skipped")
        if (self.guided_complete or self.skipped) and self.sequence_index is None:
            raise Invalid("Say with sequenceIndex which step is guidedComplete or skipped")


async def sync(unit: Unit, run_id: UUID, news: News) -> None:
    """Recompute the steps it is about from what is stored of them, and the run's figures from all its steps.

    A run that is completed still learns of what was done in it, so that the order of syncs does not matter.
    """
    news.check()
    run = await runs.locked(unit, run_id)
    if run.status == RunStatus.ABANDONED:
        raise Conflict("The routine run is abandoned; start its routine anew")
    index = await _index_of(unit, run, news)
    done = await sessions.sessions_of_run(unit, run.id)
    steps = [
        recomputed(_told(step, news) if at == index else step, done.get(at)) if index in (None, at) else step
        for at, step in enumerate(run.steps)
    ]
    await runs.keep_steps(unit, run, steps)


def _told(step: dict[str, Any], news: News) -> dict[str, Any]:
    """What was said of a step once stays said."""
    return {
        **step,
        "guided_complete": step["guided_complete"] or news.guided_complete,
        "skipped": step["skipped"] or news.skipped,
    }


async def _index_of(unit: Unit, run: RoutineRun, news: News) -> int | None:
    """The one step that the news is about; None for all."""
    if news.sequence_index is not None:
        step = step_at(run.steps, news.sequence_index)
        if news.guided_complete and step["kind"] != StepKind.GUIDED:
            raise Invalid(f"Step {news.sequence_index} is an AI Move exercise: send its aiMoveSessionId")
    if news.session_id is None:
        return news.sequence_index
    session = await sessions.get_session(unit, news.session_id)
    if session.routine_run_id is None:
        return await _attached(unit, run, session, news.sequence_index)
    if session.routine_run_id != run.id:
        raise Conflict("The AI Move session belongs to another routine run")
    if news.sequence_index not in (None, session.sequence_index):
        raise Conflict(f"The AI Move session belongs to step {session.sequence_index}")
    return int(session.sequence_index)


async def _attached(unit: Unit, run: RoutineRun, session: Any, sequence_index: int | None) -> int:
    """A session launched without context is taken for the step named, or for the only one with its exercise."""
    same = [at for at, step in enumerate(run.steps) if step["exercise_id"] == session.exercise_id]
    if not same or sequence_index not in (None, *same):
        raise Conflict(
            f"The AI Move session is of the exercise {session.exercise_id}, which is not this step's"
        )
    if sequence_index is None and len(same) > 1:
        raise Invalid("The run has this exercise more than once: say with sequenceIndex which one")
    if session.routine_instance_id not in (None, run.routine_instance_id):
        raise Conflict("The AI Move session was launched for another routine of the queue")
    if session.created_at < run.created_at:
        raise Conflict("The AI Move session was done before this routine run began")
    index = same[0] if sequence_index is None else sequence_index
    await sessions.attach(unit, session.id, run, index)
    return index
