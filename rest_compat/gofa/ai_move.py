"""AI Move as AI Training launches it: its catalogue of exercises, and the record of one session."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import Field

from domain.ai_move import exercises, sessions
from domain.ai_move.sessions import Launch, Result, SessionStatus
from domain.plans import NOT_FOUND as NO_PLAN
from domain.routines import queue, runs
from rest_compat.gofa import views
from rest_compat.gofa.auth import Anyone, identifier
from rest_compat.gofa.bodies import Number, Place, Seconds, Sent, Text, Whole, read
from rest_compat.gofa.queries import header

MAX_REPETITIONS, MAX_CALORIES, MAX_KEY = 10_000, 10_000, 200

router = APIRouter()


class Context(Sent):
    plan_id: Text | None = None
    routine_instance_id: Text | None = None
    routine_run_id: Text | None = None
    sequence_index: Place | None = None

    def as_launch(self) -> Launch:
        run_id, instance_id, plan_id = self.routine_run_id, self.routine_instance_id, self.plan_id
        return Launch(
            plan_id=None if plan_id is None else identifier(plan_id, NO_PLAN),
            routine_instance_id=None if instance_id is None else identifier(instance_id, queue.NOT_FOUND),
            routine_run_id=None if run_id is None else identifier(run_id, runs.NOT_FOUND),
            sequence_index=self.sequence_index,
        )


class NewSession(Sent):
    exercise_id: Text
    status: SessionStatus = SessionStatus.COMPLETED
    rep_count: Annotated[Whole, Field(ge=0, le=MAX_REPETITIONS)] = 0
    duration_seconds: Seconds = 0
    calories_burned: Annotated[Number, Field(ge=0, le=MAX_CALORIES)] | None = None
    form_score: Annotated[Number, Field(ge=0, le=1)] | None = None
    context: Context = Context()


@router.get("/api/ai-move/exercises")
async def list_exercises(caller: Anyone) -> dict[str, Any]:
    async with caller.store.reading(caller.viewer) as unit:
        rows = await exercises.list_exercises(unit)
    return {"exercises": views.many(rows, views.exercise, caller.client_id)}


@router.get("/api/ai-move/exercises/{exercise_id}")
async def get_exercise(exercise_id: str, caller: Anyone) -> dict[str, Any]:
    async with caller.store.reading(caller.viewer) as unit:
        row = await exercises.get_exercise(unit, exercise_id)
    return {"exercise": views.exercise(row, caller.client_id)}


@router.post("/api/ai-move/sessions", status_code=201)
async def add_session(request: Request, caller: Anyone) -> JSONResponse:
    """201 for a new session, 200 for the one that is known under its `Idempotency-Key`."""
    key = header(request, "Idempotency-Key", most=MAX_KEY)
    sent = await read(request, NewSession)
    launch = sent.context.as_launch()
    result = Result(**sent.model_dump(exclude={"context"}))
    async with caller.store.writing(caller.viewer) as unit:
        row, new = await sessions.record_session(unit, result, launch, key)
    return JSONResponse({"session": views.session(row)}, 201 if new else 200)
