"""PAI Health API 2.6.5."""

import re
from functools import cache

from fastapi import FastAPI
from starlette.types import ASGIApp

from domain.store import Store
from rest_compat.pai import admin, auth_apis, documentation, documents, errors, program, user
from rest_compat.serving import serving
from rest_compat.wire.compression import Compression
from rest_compat.wire.cors import open_to_browsers
from rest_compat.wire.limits import Limiter, LimitHeaders
from rest_compat.wire.methods import answer_every_method
from rest_compat.wire.override import MethodOverride

PREFIXES = ("/api/v2", "/admin/api/v2", "/user/api/v2", "/open/api/v2", "/program/api/v2")
"""Whatever lies below these answers as PAI does, what is not served yet included (contracts 1.1)."""
EXPOSED = (
    "X-Pagination-Count", "X-Pagination-Offset", "X-Pagination-Limit",
    "ETag", "Link", "Location", "Last-Modified", "Retry-After", "Content-Language", "X-Request-ID",
    "RateLimit", "RateLimit-Policy", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset",
)  # fmt: skip
SECRETS_IN_PATHS = re.compile(r"(?<=/auth/passwordreset/)[^/]+|(?<=/auth/confirmation/)[^/]+")
"""What no log may show of a path: tokens that went out by mail."""
NO_COMPRESSION = "X-No-Compression"


def surface(store: Store, limiter: Limiter) -> ASGIApp:
    """The application as the outside meets it."""
    return open_to_browsers(app(store, limiter), exposed=EXPOSED)


def app(store: Store, limiter: Limiter | None = None) -> FastAPI:
    """Without a limiter it counts by itself."""
    return serving(_described(), store=store, limiter=limiter or Limiter())


@cache
def _described() -> FastAPI:
    pai = FastAPI(
        title="PAI Health API",
        version=documents.VERSION,
        openapi_url="/api/v2/openapi.json",
        docs_url=None,
        redoc_url=None,
        responses=documentation.ERRORS,
    )
    errors.install(pai)
    pai.add_middleware(Compression, unless=NO_COMPRESSION)
    answer_every_method(pai, options_status=200)
    pai.add_middleware(MethodOverride, refuse=errors.refused_override)
    pai.add_middleware(LimitHeaders)
    for prefix, router in auth_apis.ROUTERS.items():
        pai.include_router(router, prefix=prefix, include_in_schema=prefix.startswith("/api/v2"))
    for api in (admin, user, program):
        for index, prefix in enumerate(api.DOOR.prefixes):
            pai.include_router(api.router, prefix=prefix, include_in_schema=index == 0)
    documents.serve_documents(pai)
    return pai
