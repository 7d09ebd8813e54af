"""`POST /api/task_partner/`: all files of a user and source have been announced, the bulk import shall begin."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from pydantic import AfterValidator, BaseModel, Field, StrictBool
from pydantic_core import PydanticCustomError

from domain.errors import Invalid
from domain.imports import starting
from domain.imports.starting import BulkTask
from rest_compat.aiendurance import documentation
from rest_compat.aiendurance.auth import PartnerViewer
from rest_compat.aiendurance.fields import Text, read_as
from rest_compat.serving import store_of
from rest_compat.wire.body import read_json

MAX_BYTES = 64 * 1024

router = APIRouter()


def _true(value: bool) -> bool:
    if not value:
        raise PydanticCustomError("not_complete", "must be true: call again when all files are announced")
    return value


class TaskBody(BaseModel):
    """All fields are required to be present but event_id (seed)."""

    bulk_fit_transfer_complete: Annotated[
        StrictBool, AfterValidator(_true), Field(description="true; the transfer is over")
    ]
    source: Text
    is_initial_import: Annotated[StrictBool, Field(description="true requests a new training plan")]
    user_id: Text
    event_id: Annotated[
        Text | None, Field(description="Sent to the partner's event_url when the import is complete")
    ] = None


class TaskAnswer(BaseModel):
    """`queued`: how many files the import has."""

    status: Literal["ok"] = "ok"
    queued: int


DOCUMENTED: dict[str, Any] = {
    "response_model": TaskAnswer,
    "openapi_extra": documentation.of_body(TaskBody.model_json_schema()),
}


@router.post("/api/task_partner/", **DOCUMENTED)
@router.post("/api/task_partner", include_in_schema=False)
async def task_partner(request: Request, viewer: PartnerViewer) -> TaskAnswer:
    """Release the files of priority 0 that wait for this user and source, as one import."""
    parsed = await read_json(request, limit=MAX_BYTES)
    if not isinstance(parsed, dict):
        raise Invalid("Nothing was stored: the body must be a JSON object, such as the documented one")
    sent = read_as(TaskBody, parsed)
    task = BulkTask(sent.user_id, sent.source, sent.is_initial_import, sent.event_id)
    async with store_of(request).writing(viewer) as unit:
        started = await starting.start(unit, task)
    return TaskAnswer(queued=started.files)
