"""The B2B routes: a client's own routine templates, and which of the library's its users may be given."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request

from domain.errors import Invalid
from domain.listing import Listing, Order
from domain.routines import catalogue, steps, templates
from domain.unit import Unit
from rest_compat.gofa import views
from rest_compat.gofa.auth import CANONICAL, Admin, Caller, identifier
from rest_compat.gofa.bodies import CatalogueChange, NewTemplate, TemplateChange, read

TEMPLATES = "/api/b2b/ai-training/routine-templates"
CATALOG = "/api/b2b/ai-training/catalog"
BY_NAME = Listing(order=(Order("name"),), limit=1000, counted=False)

router = APIRouter()


@router.get(TEMPLATES)
async def routine_templates(caller: Admin) -> dict[str, Any]:
    async with caller.store.reading(caller.viewer) as unit:
        page = await templates.list_templates(unit, BY_NAME)
    return {"routineTemplates": views.many(page.rows, views.template, caller.client_id)}


@router.post(TEMPLATES, status_code=201)
async def add_routine_template(request: Request, caller: Admin) -> dict[str, Any]:
    fields = _fields(await read(request, NewTemplate))
    async with caller.store.writing(caller.viewer) as unit:
        return await _template(unit, caller, await templates.add_template(unit, fields))


@router.get(TEMPLATES + "/{template_id}")
async def routine_template(template_id: str, caller: Admin) -> dict[str, Any]:
    async with caller.store.reading(caller.viewer) as unit:
        return await _template(unit, caller, identifier(template_id, templates.NOT_FOUND))


@router.patch(TEMPLATES + "/{template_id}")
async def change_routine_template(request: Request, template_id: str, caller: Admin) -> dict[str, Any]:
    known = identifier(template_id, templates.NOT_FOUND)
    sent = await read(request, TemplateChange)
    if not sent.model_fields_set:
        raise Invalid("Send what to change, such as name or steps")
    fields = _fields(sent)
    async with caller.store.writing(caller.viewer) as unit:
        await templates.change_template(
            unit, known, {name: value for name, value in fields.items() if name in sent.model_fields_set}
        )
        return await _template(unit, caller, known)


@router.post(TEMPLATES + "/{template_id}/publish")
async def publish_routine_template(template_id: str, caller: Admin) -> dict[str, Any]:
    known = identifier(template_id, templates.NOT_FOUND)
    async with caller.store.writing(caller.viewer) as unit:
        await templates.publish_template(unit, known)
        return await _template(unit, caller, known)


@router.get(CATALOG)
async def catalog(caller: Admin) -> dict[str, Any]:
    async with caller.store.reading(caller.viewer) as unit:
        return {"catalog": views.catalogue(await catalogue.get_catalogue(unit))}


@router.patch(CATALOG)
async def change_catalog(request: Request, caller: Admin) -> dict[str, Any]:
    sent = await read(request, CatalogueChange)
    wanted = _ids(sent.enabled_library_template_ids)
    async with caller.store.writing(caller.viewer) as unit:
        await catalogue.change_catalogue(unit, wanted)
        return {"catalog": views.catalogue(await catalogue.get_catalogue(unit))}


def _fields(sent: TemplateChange) -> dict[str, Any]:
    """As the domain calls them, the steps checked as a routine."""
    fields = sent.model_dump(exclude={"steps"})
    return {**fields, "steps": steps.checked(sent.as_steps())}


def _ids(texts: list[str]) -> list[UUID]:
    if wrong := [index for index, text in enumerate(texts) if not CANONICAL.fullmatch(text)]:
        raise catalogue.not_in_library(wrong)
    return [UUID(text) for text in texts]


async def _template(unit: Unit, caller: Caller, id: UUID) -> dict[str, Any]:
    return {"routineTemplate": views.template(await templates.get_template(unit, id), caller.client_id)}
