"""Recording an AI Move session."""

from typing import Any
from uuid import UUID

import strawberry

from domain import clients
from domain.ai_move import sessions
from domain.ai_move.sessions import Launch, Result, SessionStatus
from domain.unit import Unit
from domain.viewer import Scope
from gateway.global_ids import read_global_id
from gateway.mutations import Payload, given, mutation
from gateway.types.exercises import ExerciseSessionStatus
from gateway.types.nodes import field
from gateway.types.payloads import changed
from rest_compat.gofa.ai_move import NewSession
from rest_compat.gofa.bodies import judged

CONTEXT = {
    "training_plan_id": "TrainingPlan",
    "routine_instance_id": "RoutineInstance",
    "routine_run_id": "RoutineRun",
}


@strawberry.input(description="What AI Move measured, and what it was launched from.")
class ExerciseSessionInput:
    exercise_id: str = field("The exercise's name in routines, such as march-basic.")
    status: ExerciseSessionStatus = field("How far it came.", default=ExerciseSessionStatus.COMPLETED)
    rep_count: int = field("How many repetitions counted.", default=0)
    duration_seconds: int = field("How long it took.", default=0)
    calories_burned_kcal: float | None = field("Estimated from the exercise unless measured.", default=None)
    form_score: float | None = field("How well it was done, 0 to 1.", default=None)
    training_plan_id: strawberry.ID | None = field("The plan it was launched from.", default=None)
    routine_instance_id: strawberry.ID | None = field(
        "The queued routine it was launched from.", default=None
    )
    routine_run_id: strawberry.ID | None = field(
        "The run it counts in; none outside of any routine.", default=None
    )
    sequence_index: int | None = field("Which step of the run it was for, from 0.", default=None)


SPELLED = {
    "caloriesBurned": "caloriesBurnedKcal",
    "context.planId": "trainingPlanId",
    "context.routineInstanceId": "routineInstanceId",
    "context.routineRunId": "routineRunId",
    "context.sequenceIndex": "sequenceIndex",
}
"""AI Move's names → ours."""


@strawberry.type(description="The session as it was kept.")
class ExerciseSessionPayload(Payload):
    exercise_session = changed("exercises.ExerciseSession", "The session as it was kept.")


@strawberry.type
class ExerciseMutation:
    @mutation(ExerciseSessionPayload, Scope.ROUTINES_RUN, spelled=SPELLED)
    async def record_exercise_session(self, unit: Unit, input: ExerciseSessionInput) -> UUID:
        """Remember that you did an exercise; syncRoutineRun lets its run know."""
        await clients.own_client(unit)
        sent = given(input)
        ids = {name: read_global_id(of, sent.pop(name)) for name, of in CONTEXT.items() if name in sent}
        place = sent.pop("sequence_index", None)
        if "calories_burned_kcal" in sent:
            sent["calories_burned"] = sent.pop("calories_burned_kcal")
        measured = judged(sent, NewSession, by_name=True).model_dump(exclude={"context"})
        row, _ = await sessions.record_session(unit, _result(measured), _launch(ids, place))
        return UUID(str(row.id))


def _result(measured: dict[str, Any]) -> Result:
    return Result(**measured | {"status": SessionStatus(measured["status"])})


def _launch(ids: dict[str, UUID], place: int | None) -> Launch:
    return Launch(
        plan_id=ids.get("training_plan_id"),
        routine_instance_id=ids.get("routine_instance_id"),
        routine_run_id=ids.get("routine_run_id"),
        sequence_index=place,
    )
