"""Exports as a resource: asked for with 202, built by jobs, and once they are done sent as they are read."""

from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response
from starlette.responses import StreamingResponse

from domain.exports.storing import check_done
from domain.exports.tables import ExportState
from domain.programs import exports
from rest_compat.pai.auth import identifier
from rest_compat.pai.bodies import JSON
from rest_compat.pai.collections import Found, Place
from rest_compat.pai.declarations import One
from rest_compat.pai.program import files
from rest_compat.pai.program.views import DATA, EXPORT_WITH_DATA, ROW
from rest_compat.pai.queries import fields_of
from rest_compat.pai.resources import Resource
from rest_compat.pai.shapes import shape_of
from rest_compat.serving import store_of
from rest_compat.wire.preferences import media_type
from rest_compat.wire.representation import VARY, describes_body, tag_of

CSV = "text/csv"
IN_CSV = f"RFC 4180 with a line of names: {', '.join(ROW)}. 409 until the export is completed"


@dataclass(frozen=True)
class ExportResource(Resource):
    async def get(self, request: Request, one: One) -> Response:
        """JSON shows how far it is, and its rows when it is done; CSV is the rows, and a Conflict until then."""
        async with self.door.reading(request) as unit:
            fields = fields_of(request.query_params, EXPORT_WITH_DATA, EXPORT_WITH_DATA.names)
            place = Place(request, self.door, EXPORT_WITH_DATA, fields)
            wanted = media_type(", ".join(request.headers.getlist("Accept")), (JSON, CSV))
            program_id, export_id = (
                identifier(request.path_params[name]) for name in ("programId", "exportId")
            )
            row = await one(unit, program_id, export_id, place.view.needs(fields) | {"state", "percent"})
            viewer = unit.viewer
        found = _typed(place, self._found(place, row), wanted)
        if wanted == CSV:
            check_done(row.state, row.percent)
        if found.is_held or not (wanted == CSV or (DATA in fields and row.state == ExportState.COMPLETED)):
            return found.answer(place.shown(row))
        rows = exports.rows(store_of(request), viewer, export_id)
        if wanted == CSV:
            disposition = {"Content-Disposition": f'attachment; filename="export-{export_id}.csv"'}
            return _streamed(found, files.as_csv(rows), CSV, disposition)
        return _streamed(found, files.as_json(place.shown(row), rows), JSON)

    def described(self, method: str, *, is_item: bool) -> dict[str, Any]:
        told = super().described(method, is_item=is_item)
        if is_item and method == "GET":
            content = told["openapi_extra"]["responses"]["200"]["content"]
            content[JSON] = {"schema": shape_of(EXPORT_WITH_DATA), "example": EXPORT_WITH_DATA.example}
            content[CSV] = {"schema": {"type": "string", "description": IN_CSV}}
        return told


def _typed(place: Place, found: Found, media: str) -> Found:
    """Each form has an ETag of its own."""
    headers = {**found.headers, "ETag": tag_of(found.headers["ETag"], media), "Vary": f"{VARY}, Accept"}
    return Found(place.request, headers, found.modified)


def _streamed(found: Found, body: Any, media: str, headers: dict[str, str] | None = None) -> Response:
    known = found.answer().headers
    kept = {name: value for name, value in known.items() if not describes_body(name.encode())}
    return StreamingResponse(body, 200, {**kept, **(headers or {})}, media)
