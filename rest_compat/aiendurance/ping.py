"""`POST /api/fit_partner_ping/`: announce FIT files, each at a URL or as base64."""

import asyncio
import re
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    StrictBool,
    StrictInt,
    StringConstraints,
    ValidationError,
)
from pydantic_core import PydanticCustomError

from domain import identity, pings
from domain.errors import Detail, Invalid
from domain.pings import Ping, Rejected
from domain.settings import Settings
from domain.viewer import Viewer
from rest_compat.aiendurance.files import announced
from rest_compat.serving import store_of
from rest_compat.wire.body import parse_json, read_body
from rest_compat.wire.credentials import bearer, one_value

WORDS = {
    "missing": "required",
    "model_type": "must be a JSON object",
    "list_type": "must be a list",
    "string_type": "must be a string",
    "bool_type": "must be true or false",
}
PRINTABLE = re.compile(r"[^\x00-\x1f\x7f]*")
UNIX_SECONDS = re.compile(r"[0-9]{1,10}", re.ASCII)


def _printable(text: str) -> str:
    if not PRINTABLE.fullmatch(text):
        raise PydanticCustomError("control_character", "must not hold control characters")
    return text


def _unix_seconds(value: object) -> str:
    text = str(value) if type(value) is int else value
    if not (isinstance(text, str) and UNIX_SECONDS.fullmatch(text)):
        raise PydanticCustomError("unix_seconds", 'must be a unix time in seconds, such as "1717243200"')
    return text


Name = Annotated[str, StringConstraints(max_length=255), AfterValidator(_printable)]
Text = Annotated[Name, StringConstraints(min_length=1)]

router = APIRouter()


class ActivityFile(BaseModel):
    """All fields are required to be present (seed); only the name may be null."""

    file_type: Annotated[Literal["FIT"], BeforeValidator(lambda v: v.upper() if isinstance(v, str) else v)]
    activity_name: Name | None
    priority: Annotated[StrictInt, Field(ge=0, le=1)]
    user_id: Text
    source: Text
    overwrite_mode: StrictBool
    start_time_in_seconds: Annotated[str, BeforeValidator(_unix_seconds)]
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
    if not isinstance(parsed, dict):
        raise Invalid("Nothing was stored: the body must be a JSON object with the list activity_files")
    sent = parsed.get("activity_files")
    if isinstance(sent, list) and len(sent) > settings.max_ping_files:
        raise Invalid(f"Nothing was stored: send at most {settings.max_ping_files} files in one ping")
    try:
        files = PingBody.model_validate(parsed).activity_files
    except ValidationError as error:
        details = [
            _detail(e["loc"], e["type"], e["msg"])
            for e in error.errors(include_url=False, include_input=False)
        ]
        raise Invalid("Nothing was stored: fields are missing or wrong, see details", *details) from None
    return [announced(index, file, settings) for index, file in enumerate(files)]


def _detail(location: tuple[int | str, ...], kind: str, message: str) -> Detail:
    """`location` is (activity_files, index, field), or its beginning."""
    index = next((at for at in location if isinstance(at, int)), None)
    field = [at for at in location if isinstance(at, str)][-1]
    return Detail(WORDS.get(kind, message), field, index=index)


def _shown(rejected: Rejected) -> dict[str, Any]:
    return {
        "index": rejected.index,
        "summary_id": rejected.summary_id,
        "error": rejected.code,
        "message": rejected.message,
    }
