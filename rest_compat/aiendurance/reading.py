"""`GET` beside the documented paths: a partner reads back how far its files and imports have come."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel

from domain import pings
from domain.columns import storable
from domain.errors import NotFound
from domain.imports import reading
from domain.listing import Page
from domain.unit import Unit
from rest_compat.aiendurance import documentation
from rest_compat.aiendurance.auth import PartnerUnit
from rest_compat.aiendurance.queries import FILES, IMPORTS, asked, listing_of
from rest_compat.aiendurance.views import FilesAnswer, Import, ImportsAnswer, OneImport, SentFile
from rest_compat.wire.links import address, link_header, page_links
from rest_compat.wire.representation import Representation

VARY = "Accept-Encoding, Authorization, Partner-Id"
FILES_TOLD: dict[str, Any] = {
    "responses": documentation.answers(FilesAnswer),
    "openapi_extra": documentation.of_query(FILES),
}
IMPORTS_TOLD: dict[str, Any] = {
    "responses": documentation.answers(ImportsAnswer),
    "openapi_extra": documentation.of_query(IMPORTS),
}
IMPORT_TOLD: dict[str, Any] = {
    "responses": documentation.answers(OneImport),
    "openapi_extra": documentation.of_query({}),
}

router = APIRouter()


@router.get("/api/fit_partner_ping/", **FILES_TOLD)
@router.get("/api/fit_partner_ping", include_in_schema=False)
async def list_files(request: Request, unit: PartnerUnit) -> Representation:
    """The files that the partner announced, the latest first: their state, and what is wrong with those that failed."""
    given = asked(request, FILES)
    page = await pings.list_files(unit, given.pop("user_id", None), listing_of(given))
    files = [SentFile.of(row) for row in page.rows]
    return _listed(request, page, FilesAnswer(activity_files=files, **_figures(page)))


@router.get("/api/task_partner/", **IMPORTS_TOLD)
@router.get("/api/task_partner", include_in_schema=False)
async def list_imports(request: Request, unit: PartnerUnit) -> Representation:
    """The partner's imports, the latest first, and how far each has come."""
    page = await reading.list_imports(unit, listing_of(asked(request, IMPORTS)))
    ids = [row.id for row in page.rows]
    events, progress = await reading.events_of(unit, ids), await reading.progress_of(unit, ids)
    shown = [Import.of(row, events[row.id], progress[row.id]) for row in page.rows]
    return _listed(request, page, ImportsAnswer(imports=shown, **_figures(page)))


@router.get("/api/task_partner/{id}/", **IMPORT_TOLD)
@router.get("/api/task_partner/{id}", include_in_schema=False)
async def get_import(request: Request, unit: PartnerUnit, id: str) -> Representation:
    """One import, by its event_id or its id, with the files that failed."""
    asked(request, {})
    row = await reading.get_import(unit, await _identified(unit, id))
    events, progress = await reading.events_of(unit, [row.id]), await reading.progress_of(unit, [row.id])
    shown = OneImport.of(row, events[row.id], progress[row.id])
    return Representation(shown.model_dump(), headers={"Vary": VARY})


async def _identified(unit: Unit, text: str) -> UUID:
    if storable(text) and (found := await reading.import_of_event(unit, text)) is not None:
        return found
    with suppress(ValueError):
        return UUID(text)
    raise NotFound("No such import")


def _figures(page: Page) -> dict[str, int]:
    return {"count": page.total, "offset": page.offset, "limit": page.limit}


def _listed(request: Request, page: Page, shown: BaseModel) -> Representation:
    links = page_links(address(request.scope), offset=page.offset, limit=page.limit, total=page.total)
    return Representation(shown.model_dump(), headers={"Link": link_header(links), "Vary": VARY})
