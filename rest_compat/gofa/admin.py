"""The administrator's routes: what a client's users have done, and what they are given to do."""

from typing import Any

from fastapi import APIRouter, Request

from domain import assigning
from domain.listing import Listing
from domain.routines import queue, runs, templates
from rest_compat.gofa import views
from rest_compat.gofa.auth import Admin, UserAdmin, acting_for, identifier
from rest_compat.gofa.bodies import Assignment, read
from rest_compat.gofa.queries import limit, one
from rest_compat.gofa.runtime import NEWEST_FIRST, generated, plan_of, runs_of

OF_USER = "/api/client/{client_id}/users/{user_id}/ai-training"
FEW_RECORDS, MOST_RECORDS = 50, 500

router = APIRouter()


@router.get("/api/ai-training/records")
async def records(request: Request, caller: Admin) -> dict[str, Any]:
    wanted = limit(request, "limit", default=FEW_RECORDS, most=MOST_RECORDS)
    if (client_id := one(request, "clientId")) is not None:
        caller = await acting_for(caller, client_id)
    async with caller.store.reading(caller.viewer) as unit:
        page = await runs.list_runs(unit, Listing(order=NEWEST_FIRST, limit=wanted, counted=False))
    return {"records": views.many(page.rows, views.record)}


@router.get(OF_USER + "/plan")
async def plan(caller: UserAdmin) -> dict[str, Any]:
    return await plan_of(caller)


@router.post(OF_USER + "/assign-starter-plan", status_code=201)
async def assign_starter_plan(request: Request, caller: UserAdmin) -> dict[str, Any]:
    return await generated(request, caller)


@router.post(OF_USER + "/assign-routine-template", status_code=201)
async def assign_routine_template(request: Request, caller: UserAdmin) -> dict[str, Any]:
    sent = await read(request, Assignment)
    template_id = identifier(sent.routine_template_id, templates.NOT_FOUND)
    async with caller.store.writing(caller.viewer) as unit:
        instance_id = await assigning.assign_template(
            unit,
            caller.user_id,
            template_id,
            queue_index=sent.queue_index,
            allow_duplicates=bool(sent.allow_duplicate_routine_templates),
        )
        row = await queue.get_instance(unit, instance_id)
    return {"routineInstance": views.instance(row)}


@router.get(OF_USER + "/routine-runs")
async def routine_runs(caller: UserAdmin) -> dict[str, Any]:
    return await runs_of(caller)
