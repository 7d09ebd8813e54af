"""Answers: their status by media type, their headers, and when a client has them already."""

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.responses import Response

from gateway.http.media import GRAPHQL, JSON
from gateway.http.refusals import Refused
from gateway.operations import Outcome
from rest_compat.wire.representation import CACHE_CONTROL, Representation, tag_of

VARY = "Accept, Accept-Encoding, Authorization, X-API-Key, Partner-Id"
HEADERS = {"Vary": VARY, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def status_of(outcome: Outcome, media_type: str) -> int:
    """The specification's: a request that was not executed is 400, and with the older JSON type 200 all the same."""
    if outcome.status is not None:
        return outcome.status
    return 400 if media_type == GRAPHQL and not outcome.executed else 200


def answer_of(outcome: Outcome, media_type: str, *, most: int, revalidated: bool = False) -> Response:
    """`revalidated`: it carries an ETag of its data, and is 304 for a client that has them."""
    body = orjson.dumps(outcome.formatted())
    if len(body) > most:
        return too_large(most, media_type)
    headers = dict(HEADERS)
    if outcome.retry_after is not None:
        headers |= retry_after(outcome.retry_after)
    if revalidated and outcome.executed and not outcome.errors:
        headers |= {"Cache-Control": CACHE_CONTROL, "ETag": tag_of(media_type, orjson.dumps(outcome.data))}
        return Representation(body, headers=headers, media_type=media_type)
    return Response(body, status_of(outcome, media_type), headers, media_type)


def too_large(most: int, media_type: str) -> Response:
    """A mutation was carried out all the same; asking again with fewer fields shows what it did."""
    sentence = f"The answer has more than the {most} bytes allowed: ask for smaller pages or fewer fields"
    return error_answer(200 if media_type == JSON else 400, "ANSWER_TOO_LARGE", sentence, media_type)


def refused(error: Refused, media_type: str = JSON) -> Response:
    status = error.status if media_type == GRAPHQL else error.legacy
    return error_answer(status, error.code, error.message, media_type, error.headers)


def error_answer(
    status: int, code: str, message: str, media_type: str = JSON, headers: Mapping[str, str] | None = None
) -> Response:
    """To a request that was never executed, in the words GraphQL clients expect."""
    content: dict[str, Any] = {"errors": [{"message": message, "extensions": {"code": code}}]}
    return Response(orjson.dumps(content), status, {**HEADERS, **(headers or {})}, media_type)


def retry_after(seconds: int) -> dict[str, str]:
    return {"Retry-After": str(seconds)}
