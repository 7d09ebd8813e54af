"""PAI Health API 2.6.5."""

from fastapi import FastAPI

from domain.store import Store
from rest_compat.pai import admin, documentation, errors, oauth
from rest_compat.wire.methods import answer_every_method

PREFIXES = ("/api/v2", "/admin/api/v2", "/user/api/v2", "/open/api/v2", "/program/api/v2")
"""Whatever lies below these answers as PAI does, what is not served yet included (contracts 1.1)."""


def app(store: Store) -> FastAPI:
    pai = FastAPI(
        title="PAI Health API",
        version="2.6.5",
        openapi_url="/api/v2/openapi.json",
        docs_url=None,
        redoc_url=None,
        responses=documentation.ERRORS,
    )
    pai.state.store = store
    errors.install(pai)
    answer_every_method(pai)
    pai.include_router(oauth.router)
    for index, prefix in enumerate(admin.PREFIXES):
        pai.include_router(admin.router, prefix=prefix, include_in_schema=index == 0)
    return pai
