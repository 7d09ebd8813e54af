"""The OpenAPI document of each of PAI's APIs, served beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.requests import Request

from rest_compat.pai import admin, auth_apis, program, user
from rest_compat.pai.documentation import ERRORS
from rest_compat.serving import store_of
from rest_compat.wire.representation import Representation

VERSION = "2.6.5"
OPERATORS = "The operators of this gateway"
BEARER = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


@dataclass(frozen=True, eq=False)
class Api:
    """One of PAI's APIs; `authorizer` is what its documents call the access token, where one is needed."""

    name: str
    purpose: str
    prefix: str
    router: APIRouter
    authorizer: str | None = None

    @property
    def path(self) -> str:
        return f"/api/v2/{self.name.lower()}/openapi.json"


APIS = (
    Api("Global", "Where an account's data is, and how to sign in to it", "/api/v2/auth", auth_apis.GLOBAL),
    Api(
        "Open",
        "Sign in, register, confirm an e-mail address, reset a password",
        "/api/v2/open/auth",
        auth_apis.OPEN,
    ),
    Api(
        "Admin",
        "An organization's administrators manage its accounts, users and groups",
        admin.DOOR.prefixes[0],
        admin.router,
        "jwtAdminAuthorizer",
    ),
    Api(
        "User",
        "An account sees and changes what is its own",
        user.DOOR.prefixes[0],
        user.router,
        "jwtUserAuthorizer",
    ),
    Api(
        "Program",
        "A program's administrators invite users, and view and export the PAI of those who accepted",
        program.DOOR.prefixes[0],
        program.router,
        "jwtProgramAuthorizer",
    ),
)


@cache
def document_of(api: Api) -> Mapping[str, Any]:
    app = FastAPI(responses=ERRORS, openapi_url=None)
    app.include_router(api.router, prefix=api.prefix)
    described = get_openapi(
        title=f"PAI Health {api.name} API",
        version=VERSION,
        description=f"{api.purpose}.",
        routes=app.routes,
    )
    operations = [o for path in described["paths"].values() for o in path.values()]
    described["tags"] = [{"name": tag} for tag in sorted({tag for o in operations for tag in o["tags"]})]
    described["security"] = [{api.authorizer: []}] if api.authorizer else []
    if api.authorizer:
        described["components"]["securitySchemes"] = {api.authorizer: BEARER}
    return described


@cache
def served_at(url: str, api: Api) -> bytes:
    """The document with this gateway's own address in it; written once, since anybody may ask for it."""
    described = document_of(api)
    info = {**described["info"], "contact": {"name": OPERATORS, "url": url}}
    return orjson.dumps({**described, "info": info, "servers": [{"url": url}]})


def serve_documents(app: FastAPI) -> None:
    for api in APIS:
        app.add_route(api.path, _serving(api), methods=["GET"], include_in_schema=False)


def _serving(api: Api) -> Any:
    async def document(request: Request) -> Representation:
        return Representation(served_at(store_of(request).settings.public_url, api))

    return document
