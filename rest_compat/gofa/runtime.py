"""The end user's routes: the plan, its queue, and the runs in which a routine is done."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from domain import plans
from domain.ai_move import sessions
from domain.listing import Compare, Listing, Operator, Order
from domain.routines import progress, queue, runs, syncing
from domain.routines.syncing import News
from domain.unit import Unit
from rest_compat.gofa import views
from rest_compat.gofa.auth import Caller, EndUser, identifier
from rest_compat.gofa.bodies import RunChange, Start, Sync, Wishes, read
from rest_compat.gofa.queries import flag

NEWEST_FIRST = (Order("created_at", descending=True),)
MOST_RUNS = 500

router = APIRouter()


@router.get("/api/ai-training/my-plan")
async def my_plan(caller: EndUser) -> dict[str, Any]:
    return await plan_of(caller)


@router.post("/api/ai-training/my-plan/generate", status_code=201)
async def generate(request: Request, caller: EndUser) -> dict[str, Any]:
    return await generated(request, caller)


@router.get("/api/ai-training/my-routine-queue")
async def my_queue(request: Request, caller: EndUser) -> dict[str, Any]:
    everything = flag(request, "allowDuplicateRoutineTemplates")
    async with caller.store.reading(caller.viewer) as unit:
        rows = await queue.open_queue(unit, allow_duplicates=everything)
    return {"routineInstances": views.many(rows, views.instance)}


@router.post("/api/ai-training/routine-runs", status_code=201)
async def start(request: Request, caller: EndUser) -> JSONResponse:
    """201 for a new run, 200 for the one that is open already."""
    sent = await read(request, Start)
    instance_id = identifier(sent.routine_instance_id, queue.NOT_FOUND)
    async with caller.store.writing(caller.viewer) as unit:
        run_id, new = await runs.start_run(unit, instance_id, sent.started_from)
        body = await _run(unit, run_id)
    return JSONResponse(body, 201 if new else 200)


@router.get("/api/ai-training/routine-runs")
async def my_runs(caller: EndUser) -> dict[str, Any]:
    return await runs_of(caller)


@router.get("/api/ai-training/routine-runs/{run_id}")
async def get_run(run_id: str, caller: EndUser) -> dict[str, Any]:
    async with caller.store.reading(caller.viewer) as unit:
        return await _run(unit, identifier(run_id, runs.NOT_FOUND))


@router.patch("/api/ai-training/routine-runs/{run_id}")
async def change_run(request: Request, run_id: str, caller: EndUser) -> dict[str, Any]:
    known = identifier(run_id, runs.NOT_FOUND)
    sent = await read(request, RunChange)
    async with caller.store.writing(caller.viewer) as unit:
        await runs.change_run(unit, known, status=sent.status, current_step_index=sent.current_step_index)
        return await _run(unit, known)


@router.post("/api/ai-training/routine-runs/{run_id}/sync")
async def sync_run(request: Request, run_id: str, caller: EndUser) -> dict[str, Any]:
    known = identifier(run_id, runs.NOT_FOUND)
    sent = await read(request, Sync)
    session = sent.ai_move_session_id
    news = News(
        session_id=None if session is None else identifier(session, sessions.NOT_FOUND),
        sequence_index=sent.sequence_index,
        guided_complete=bool(sent.guided_complete),
        skipped=bool(sent.skipped),
    )
    async with caller.store.writing(caller.viewer) as unit:
        await syncing.sync(unit, known, news)
        return {"success": True, **await _run(unit, known)}


@router.post("/api/ai-training/routine-instances/{instance_id}/defer")
async def defer(instance_id: str, caller: EndUser) -> dict[str, Any]:
    known = identifier(instance_id, queue.NOT_FOUND)
    async with caller.store.writing(caller.viewer) as unit:
        await queue.defer(unit, known)
        row = await queue.get_instance(unit, known)
    return {"success": True, "routineInstance": views.instance(row)}


@router.get("/api/ai-training/progress-report")
async def progress_report(caller: EndUser) -> dict[str, Any]:
    async with caller.store.reading(caller.viewer) as unit:
        return views.progress(await progress.progress_of_viewer(unit))


async def plan_of(caller: Caller) -> dict[str, Any]:
    """The latest plan of the user that the request is about; null where there is none."""
    async with caller.store.reading(caller.viewer) as unit:
        row = await plans.latest_plan(unit, caller.user_id)
    return {"plan": None if row is None else views.plan(row, caller.client_id)}


async def generated(request: Request, caller: Caller) -> dict[str, Any]:
    """A new plan and its queue, for the user that the request is about."""
    asked = (await read(request, Wishes)).as_asked()
    async with caller.store.writing(caller.viewer) as unit:
        plan_id = await plans.generate_plan(unit, caller.user_id, asked)
        plan = await plans.latest_plan(unit, caller.user_id)
        of_plan = Compare("plan_id", Operator.EQUAL, plan_id)
        listing = Listing(of_plan, (Order("queue_index"),), limit=MOST_RUNS, counted=False)
        instances = await queue.list_instances(unit, listing)
    return {
        "plan": views.plan(plan, caller.client_id),
        "routineInstances": views.many(instances.rows, views.instance),
    }


async def runs_of(caller: Caller) -> dict[str, Any]:
    of_user = Compare("user_id", Operator.EQUAL, caller.user_id)
    listing = Listing(of_user, NEWEST_FIRST, limit=MOST_RUNS, counted=False)
    async with caller.store.reading(caller.viewer) as unit:
        page = await runs.list_runs(unit, listing)
    return {"routineRuns": views.many(page.rows, views.run)}


async def _run(unit: Unit, id: UUID) -> dict[str, Any]:
    return {"routineRun": views.run(await runs.get_run(unit, id))}
