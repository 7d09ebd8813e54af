"""What OpenAPI says of routes that read their bodies and queries themselves."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

KEY, PARTNER_ID = "authKey", "partnerId"


class Mend(BaseModel):
    """One thing to mend: which file of a ping, which field, and what to change."""

    index: int | None
    field: str | None
    message: str


class Problem(BaseModel):
    error: str
    details: list[Mend] = []


ERRORS: dict[int | str, dict[str, Any]] = {"default": {"model": Problem, "description": "Why it was refused"}}
SCHEMES = {
    KEY: {
        "type": "http",
        "scheme": "bearer",
        "description": "The auth_key, in Authorization or HTTP_AUTHORIZATION",
    },
    PARTNER_ID: {"type": "apiKey", "in": "header", "name": "Partner-Id", "description": "Or HTTP_PARTNER_ID"},
}
SIGNED_IN: dict[str, Any] = {"security": [{KEY: [], PARTNER_ID: []}]}


def of_body(schema: dict[str, Any]) -> dict[str, Any]:
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    return {"requestBody": body, **SIGNED_IN}


def of_query(parameters: Mapping[str, tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    """`parameters`: each name's description and schema."""
    return {
        "parameters": [
            {"name": name, "in": "query", "required": False, "description": text, "schema": schema}
            for name, (text, schema) in parameters.items()
        ],
        **SIGNED_IN,
    }


def answers(model: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    etag = {"ETag": {"description": "A hash of the representation", "schema": {"type": "string"}}}
    return {200: {"model": model, "headers": etag}, 304: {"description": "The client holds this already"}}
