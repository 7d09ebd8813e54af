"""`POST /api/fit_partner_ping/`: announce FIT files, each at a URL or as base64."""

import asyncio
import re
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, BeforeValidator, Field, StrictBool, StrictInt, WithJsonSchema
from pydantic_core import PydanticCustomError

from domain import pings
from domain.errors import Invalid
from domain.pings import Ping, Rejected
from domain.settings import Settings
from rest_compat.aiendurance import documentation
from rest_compat.aiendurance.auth import PartnerViewer
from rest_compat.aiendurance.fields import Name, Text, read_as
from rest_compat.aiendurance.files import announced
from rest_compat.serving import store_of
from rest_compat.wire.body import parse_json, read_body

UNIX_SECONDS = re.compile(r"[0-9]{1,10}", re.ASCII)


def _unix_seconds(value: object) -> str:
    text = str(value) if type(value) is int else value
    if not (isinstance(text, str) and UNIX_SECONDS.fullmatch(text)):
        raise PydanticCustomError("unix_seconds", 'must be a unix time in seconds, such as "1717243200"')
    return text


UnixSeconds = Annotated[
    str,
    BeforeValidator(_unix_seconds),
    WithJsonSchema(
        {
            "anyOf": [{"type": "string", "pattern": "^[0-9]{1,10}$"}, {"type": "integer", "minimum": 0}],
            "description": "Unix time; a string as documented, or a number",
        }
    ),
]

router = APIRouter()


class ActivityFile(BaseModel):
    """All fields are required to be present (seed); only the name may be null."""

    file_type: Annotated[Literal["FIT"], BeforeValidator(lambda v: v.upper() if isinstance(v, str) else v)]
    activity_name: Name | None
    priority: Annotated[StrictInt, Field(ge=0, le=1, description="1: read it now; 0: after the task call")]
    user_id: Text
    source: Text
    overwrite_mode: Annotated[StrictBool, Field(description="true replaces what is known of the file")]
    start_time_in_seconds: UnixSeconds
    callback_url: Annotated[str, Field(description="Where to download the FIT file, or the file as base64")]
    summary_id: Text


class PingBody(BaseModel):
    activity_files: list[ActivityFile]


class RejectedFile(BaseModel):
    """A file that was not taken: where it stands in the ping, a code, and what to change."""

    index: int
    summary_id: str
    error: str
    message: str


class PingAnswer(BaseModel):
    status: Literal["ok"] = "ok"
    accepted: int
    rejected: list[RejectedFile]


DOCUMENTED: dict[str, Any] = {
    "response_model": PingAnswer,
    "openapi_extra": documentation.of_body(
        {
            "type": "object",
            "required": ["activity_files"],
            "properties": {"activity_files": {"type": "array", "items": ActivityFile.model_json_schema()}},
        }
    ),
}


@router.post("/api/fit_partner_ping/", **DOCUMENTED)
@router.post("/api/fit_partner_ping", include_in_schema=False)
async def fit_partner_ping(request: Request, viewer: PartnerViewer) -> PingAnswer:
    """Remember the files and queue those of priority 1; broken ones are refused one by one, in the answer."""
    store = store_of(request)
    body = await read_body(request, limit=store.settings.max_ping_bytes)
    files = await asyncio.to_thread(_files_of, body, store.settings)
    async with store.writing(viewer) as unit:
        rejected = await pings.receive(unit, files)
    return PingAnswer(accepted=len(files) - len(rejected), rejected=[_shown(r) for r in rejected])


def _files_of(body: bytes, settings: Settings) -> list[Ping | Rejected]:
    """Parsing and checking megabytes of base64 takes a while: this runs in a thread."""
    parsed = parse_json(body)
    if not isinstance(parsed, dict):
        raise Invalid("Nothing was stored: the body must be a JSON object with the list activity_files")
    sent = parsed.get("activity_files")
    if isinstance(sent, list) and len(sent) > settings.max_ping_files:
        raise Invalid(f"Nothing was stored: send at most {settings.max_ping_files} files in one ping")
    files = read_as(PingBody, parsed).activity_files
    return [announced(index, file, settings) for index, file in enumerate(files)]


def _shown(rejected: Rejected) -> RejectedFile:
    return RejectedFile(
        index=rejected.index, summary_id=rejected.summary_id, error=rejected.code, message=rejected.message
    )
