"""The four documented endpoints: two collections and their items."""

import re
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Depends, Request
from sqlalchemy import Row
from starlette.datastructures import URL

from domain.errors import NotFound
from domain.templates import feed, plans, workouts
from domain.templates.feed import Feed
from domain.templates.order import latest_instant
from domain.templates.shelf import Shelf
from domain.unit import Unit
from rest_compat.key_gate import KeyGate
from rest_compat.smartrunning import documentation, examples, views
from rest_compat.smartrunning.queries import Query, query_of
from rest_compat.smartrunning.views import Document
from rest_compat.wire.links import address, link_header
from rest_compat.wire.representation import Representation

CANONICAL = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
VALIDATED = frozenset({"id", "version", "modified_at"})
SHAPE = "1"
"""Part of every ETag: raise it when documents look different for the same content."""

router = APIRouter()


async def partner(request: Request, after: BackgroundTasks) -> AsyncIterator[Unit]:
    """A reading unit of the partner whose key was sent; that the key is in use is noted after the answer."""
    gate: KeyGate = request.app.state.gate
    async with gate.opened(request.scope) as unit:
        after.add_task(gate.note_use, unit.viewer)
        yield unit


PartnerUnit = Annotated[Unit, Depends(partner, scope="function")]


@dataclass(frozen=True)
class Collection:
    """One kind of template as this API shows it; `exact` is the query parameter that only it has."""

    shelf: Shelf[Any]
    shown: Callable[[Row[Any]], Document]
    exact: str
    column: str


WORKOUTS = Collection(workouts.SHELF, views.workout, "category", "category")
PLANS = Collection(plans.SHELF, views.plan, "goalDistance", "goal_distance")


@router.get(
    "/api/workout-templates",
    operation_id="listWorkoutTemplates",
    tags=["Workout templates"],
    summary="List public workout templates",
    responses=documentation.page_of(views.WorkoutTemplatePage, examples.WORKOUT),
    openapi_extra=documentation.listing("category", workouts.Category),
)
async def list_workout_templates(request: Request, unit: PartnerUnit) -> Representation:
    """A page of public, active workout templates, by name; with updatedSince in the order they changed."""
    return await _list(request, unit, WORKOUTS)


@router.get(
    "/api/workout-templates/{id}",
    operation_id="getWorkoutTemplate",
    tags=["Workout templates"],
    summary="Fetch a single workout template",
    responses=documentation.item_of(views.WorkoutTemplate, examples.WORKOUT),
    openapi_extra=documentation.conditional(),
)
async def get_workout_template(request: Request, unit: PartnerUnit, id: documentation.Id) -> Representation:
    """One public, active workout template."""
    return await _get(request, unit, WORKOUTS, id)


@router.get(
    "/api/training-plan-templates",
    operation_id="listTrainingPlanTemplates",
    tags=["Training-plan templates"],
    summary="List public training plan templates",
    responses=documentation.page_of(views.TrainingPlanTemplatePage, examples.PLAN),
    openapi_extra=documentation.listing("goalDistance", plans.GoalDistance),
)
async def list_training_plan_templates(request: Request, unit: PartnerUnit) -> Representation:
    """A page of public, active training plan templates, by name; with updatedSince in the order they changed."""
    return await _list(request, unit, PLANS)


@router.get(
    "/api/training-plan-templates/{id}",
    operation_id="getTrainingPlanTemplate",
    tags=["Training-plan templates"],
    summary="Fetch a single training plan template",
    responses=documentation.item_of(views.TrainingPlanTemplate, examples.PLAN),
    openapi_extra=documentation.conditional(),
)
async def get_training_plan_template(
    request: Request, unit: PartnerUnit, id: documentation.Id
) -> Representation:
    """One public, active training plan template."""
    return await _get(request, unit, PLANS, id)


async def _get(request: Request, unit: Unit, of: Collection, id: str) -> Representation:
    """Who holds the document already costs a row of three columns. Dates are too coarse to show that."""
    if not CANONICAL.fullmatch(id):
        unit.viewer.require(of.shelf.scope)
        raise NotFound(f"No such {of.shelf.noun}")
    row = await of.shelf.aggregate.got(unit, UUID(id), VALIDATED)
    headers = {"ETag": _tag(of, row.id, row.version, row.modified_at), "Vary": documentation.VARY}
    known = Representation(b"", modified=row.modified_at, trust_date=False, headers=headers)
    if known.is_known(request.method, request.headers):
        return known
    whole = of.shown(await of.shelf.aggregate.got(unit, UUID(id)))
    return Representation(whole, modified=row.modified_at, trust_date=False, headers=headers)


async def _list(request: Request, unit: Unit, of: Collection) -> Representation:
    """One row tells when anything of the kind last changed; only then is the page read."""
    unit.viewer.require(of.shelf.scope)
    query = query_of(request.query_params, of.exact, of.column)
    latest = await latest_instant(unit, of.shelf.kind)
    headers = {"ETag": _tag(of, latest, query.words), "Vary": documentation.VARY}
    known = Representation(b"", modified=latest, trust_date=False, headers=headers)
    if known.is_known(request.method, request.headers):
        return known
    body, links = await _page(unit, of, query, address(request.scope))
    if links:
        headers["Link"] = link_header(links)
    return Representation(body, modified=latest, trust_date=False, headers=headers)


async def _page(unit: Unit, of: Collection, query: Query, here: URL) -> tuple[Document, Mapping[str, URL]]:
    if query.since is None:
        page = await of.shelf.aggregate.page(unit, query.listing)
        return _enveloped(query, of, page.rows, page.total), _page_links(here, query, page.total)
    changes = feed.changes_and_withdrawals if query.with_deleted else feed.changes
    found = await changes(unit, of.shelf, query.since, query.listing)
    body = _enveloped(query, of, found.rows, found.total)
    if query.with_deleted:
        body["deleted"] = [views.deleted(row) for row in found.withdrawn]
    return body, _next_link(here, found)


def _enveloped(query: Query, of: Collection, rows: Any, total: int) -> Document:
    return views.envelope(rows, of.shown, page=query.page, per_page=query.per_page, total=total)


def _page_links(here: URL, query: Query, total: int) -> dict[str, URL]:
    last = max(1, -(-total // query.per_page))
    pages = {"first": 1, "last": last}
    if query.page > 1:
        pages["prev"] = min(query.page - 1, last)
    if query.page < last:
        pages["next"] = query.page + 1
    return {relation: here.include_query_params(page=number) for relation, number in sorted(pages.items())}


def _next_link(here: URL, found: Feed) -> dict[str, URL]:
    """The next page begins behind the last change of this one, so that changes made meanwhile shift nothing."""
    if not found.more or found.latest is None:
        return {}
    resumed = here.remove_query_params("page").include_query_params(updatedSince=views.instant(found.latest))
    return {"next": resumed}


def _tag(of: Collection, *what: UUID | int | str | datetime) -> str:
    said = "\n".join([SHAPE, of.shelf.kind, *(str(one) for one in what)])
    return f'W/"{blake2b(said.encode(errors="surrogatepass"), digest_size=16).hexdigest()}"'
