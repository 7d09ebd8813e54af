"""`POST /api/fit_partner_ping/`: announce FIT files, each at a URL or as base64."""

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, BeforeValidator, StrictBool, StringConstraints, ValidationError

from domain import identity, pings
from domain.errors import Detail, Invalid
from domain.pings import Ping, Rejected
from domain.settings import Settings
from domain.viewer import Viewer
from rest_compat.aiendurance.files import announced
from rest_compat.serving import store_of
from rest_compat.wire.body import parse_json, read_body
from rest_compat.wire.credentials import bearer, one_value

Text = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f]+$")]
UnixSeconds = Annotated[
    str,
    BeforeValidator(lambda value: str(value) if type(value) is int else value),
    StringConstraints(pattern=r"^[0-9]{1,10}$"),
]

router = APIRouter()


class ActivityFile(BaseModel):
    """All fields are required to be present (seed); only the name may be null."""

    file_type: Annotated[Literal["FIT"], BeforeValidator(lambda v: v.upper() if isinstance(v, str) else v)]
    activity_name: Text | None
    priority: Literal[0, 1]
    user_id: Text
    source: Text
    overwrite_mode: StrictBool
    start_time_in_seconds: UnixSeconds
    callback_url: str
    summary_id: Text


class PingBody(BaseModel):
    activity_files: list[ActivityFile]


async def partner(request: Request) -> Viewer:
    """The partner behind the headers, in the documented spelling or the one on the wire (contracts 3.1)."""
    auth_key = bearer(request.headers, "Authorization", "HTTP_AUTHORIZATION")
    partner_id = one_value(request.headers, "Partner-Id", "Partner_Id", "HTTP_PARTNER_ID")
    async with store_of(request).reading() as unit:
        return await identity.partner_viewer(unit, partner_id, auth_key)


@router.post("/api/fit_partner_ping/")
@router.post("/api/fit_partner_ping", include_in_schema=False)
async def fit_partner_ping(request: Request, viewer: Annotated[Viewer, Depends(partner)]) -> dict[str, Any]:
    """Remember the files and queue those of priority 1; broken ones are refused one by one, in the answer."""
    store = store_of(request)
    body = await read_body(request, limit=store.settings.max_ping_bytes)
    files = await asyncio.to_thread(_files_of, body, store.settings)
    async with store.writing(viewer) as unit:
        rejected = await pings.receive(unit, files)
    return {"status": "ok", "accepted": len(files) - len(rejected), "rejected": [_shown(r) for r in rejected]}


def _files_of(body: bytes, settings: Settings) -> list[Ping | Rejected]:
    """Parsing and checking megabytes of base64 takes a while: this runs in a thread."""
    parsed = parse_json(body)
    try:
        files = PingBody.model_validate(parsed).activity_files
    except ValidationError as error:
        details = [_detail(e["loc"], e["msg"]) for e in error.errors(include_url=False, include_input=False)]
        raise Invalid("Nothing was stored: every field of every file is required", *details) from None
    if len(files) > settings.max_ping_files:
        raise Invalid(f"Nothing was stored: send at most {settings.max_ping_files} files in one ping")
    return [announced(index, file, settings) for index, file in enumerate(files)]


def _detail(location: tuple[int | str, ...], message: str) -> Detail:
    index = next((at for at in location if isinstance(at, int)), None)
    return Detail(message, ".".join(str(at) for at in location if at != index), index=index)


def _shown(rejected: Rejected) -> dict[str, Any]:
    return {
        "index": rejected.index,
        "summary_id": rejected.summary_id,
        "error": rejected.code,
        "message": rejected.message,
    }
