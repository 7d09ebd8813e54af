"""`POST …/auth/oauth`: the token endpoint, with the password and the refresh grant."""

from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl
from uuid import UUID

from fastapi import Request
from fastapi.responses import JSONResponse
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError
from starlette.exceptions import HTTPException

from domain.errors import Detail, Invalid
from domain.fields import problem
from domain.identity import credentials
from domain.identity.tokens import TokenPair
from domain.sentences import said
from rest_compat.guessing import admit_sign_in, admit_stranger
from rest_compat.pai.bodies import refuse_coded
from rest_compat.serving import store_of
from rest_compat.wire.body import read_body
from rest_compat.wire.limits import address_of

FORM = "application/x-www-form-urlencoded"
MAX_FORM, MAX_FIELDS = 16 * 1024, 20
NO_CONTROLS = r"^[^\x00-\x1f\x7f]*$"
Text = Annotated[str, StringConstraints(min_length=1, max_length=4096)]

EITHER: list[JsonValue] = [
    {"properties": {"grant_type": {"const": by}, by: {"type": "string"}}, "required": [by]}
    for by in ("password", "refresh_token")
]


OTHERS: dict[str, JsonValue] = {"additionalProperties": {"type": "string"}, "maxProperties": MAX_FIELDS}
"""RFC 6749, 3.2: what is unknown is ignored, and nothing comes twice."""


class Grant(BaseModel):
    """Field names are snake_case here, and only here (contracts 1.2)."""

    model_config = ConfigDict(extra="ignore", json_schema_extra={"oneOf": EITHER, **OTHERS})

    organization_id: UUID
    client_id: UUID
    grant_type: Literal["password", "refresh_token"]
    username: Annotated[Text, StringConstraints(pattern=NO_CONTROLS)]
    password: Text | None = Field(default=None, validate_default=True)
    refresh_token: Text | None = Field(default=None, validate_default=True)

    @field_validator("password", "refresh_token")
    @classmethod
    def is_there_for_its_grant(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and info.field_name == info.data.get("grant_type"):
            raise PydanticCustomError("missing", "Field required for this grant_type")
        return value


FORM_BODY = {"required": True, "content": {FORM: {"schema": Grant.model_json_schema()}}}


async def oauth(request: Request) -> JSONResponse:
    """Trade a password or an unused refresh token for a new token pair."""
    return _answer(await _traded(request), {})


async def global_oauth(request: Request) -> JSONResponse:
    """Trade a password or an unused refresh token for a new token pair, and learn where the account's data is."""
    settings = store_of(request).settings
    return _answer(await _traded(request), {"region": settings.region, "api_url": settings.public_url})


async def _traded(request: Request) -> TokenPair:
    await admit_stranger(request)
    grant = await _grant_of(request)
    whose: dict[str, Any] = {
        "organization_id": grant.organization_id,
        "client_id": grant.client_id,
        "username": grant.username,
        "user_agent": request.headers.get("User-Agent"),
        "address": address_of(request.scope),
    }
    store = store_of(request)
    if grant.password is not None and grant.grant_type == "password":
        await admit_sign_in(request, grant.organization_id, grant.username)
        return await credentials.sign_in(store, **whose, password=grant.password)
    return await credentials.refresh(store, **whose, refresh_token=grant.refresh_token or "")


async def _grant_of(request: Request) -> Grant:
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != FORM:
        raise HTTPException(415, said("The token endpoint takes {type}", type=FORM))
    refuse_coded(request)
    body = await read_body(request, limit=MAX_FORM)
    try:
        return Grant.model_validate(_once_each(body.decode()))
    except ValidationError as error:
        details = [Detail(problem(e), str(e["loc"][0])) for e in error.errors(include_input=False)]
        raise Invalid("The form is not complete; see errors for what to change", *details) from None
    except ValueError:
        raise Invalid(
            said("The form cannot be read: send UTF-8, each parameter once, {most} at most", most=MAX_FIELDS)
        ) from None


def _once_each(form: str) -> dict[str, str]:
    pairs = parse_qsl(form, keep_blank_values=True, max_num_fields=MAX_FIELDS)
    sent = dict(pairs)
    if len(sent) < len(pairs):
        raise ValueError("each parameter may be sent once")
    return sent


def _answer(pair: TokenPair, where: dict[str, str]) -> JSONResponse:
    body = {
        "access_token": pair.access_token,
        "token_type": "Bearer",
        "expires_in": pair.expires_in,
        "refresh_token": pair.refresh_token,
    }
    return JSONResponse(body | where, headers={"Cache-Control": "no-store", "Pragma": "no-cache"})
