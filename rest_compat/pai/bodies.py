"""What PAI's writing requests carry: a JSON object of fields, and headers about the answer."""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request

from domain.errors import Invalid
from domain.sentences import said
from rest_compat.wire.body import parse_json, read_body

JSON = "application/json"
MAX_BODY = 64 * 1024
NO_RETURN = "X-No-Return-Resource"
WRONG_TYPE = said("Only application/json is supported")
CODED = said("The body has a Content-Encoding; send it as it is")


async def read_object(request: Request) -> dict[str, Any]:
    return object_of(await read_json_text(request))


async def read_json_text(request: Request, limit: int = MAX_BODY, *, needed: bool = True) -> bytes:
    """PAI: "Only application/json is supported currently"; without a body there is nothing to judge the type of."""
    refuse_coded(request)
    body = await read_body(request, limit=limit)
    if not (body or needed):
        return b"{}"
    if not body:
        raise Invalid("Send a JSON object as the body")
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != JSON:
        raise HTTPException(415, WRONG_TYPE)
    return body


def refuse_coded(request: Request) -> None:
    """Nothing is unpacked here, and nobody is to be told that what they packed is no JSON (RFC 9110, 15.5.16)."""
    codings = ",".join(request.headers.getlist("Content-Encoding")).split(",")
    if any(coding.strip().lower() not in {"", "identity"} for coding in codings):
        raise HTTPException(415, CODED, {"Accept-Encoding": "identity"})


def object_of(body: bytes, *, max_commas: int | None = None) -> dict[str, Any]:
    sent = parse_json(body, max_depth=4, max_commas=max_commas)
    if not isinstance(sent, dict):
        raise Invalid("Send a JSON object as the body")
    return sent


def wants_resource(request: Request) -> bool:
    """PAI: X-No-Return-Resource, whatever its value, leaves the resource out of the answer."""
    return NO_RETURN not in request.headers
