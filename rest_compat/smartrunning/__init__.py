"""SmartRunning Partner API: partners read public workout and training-plan templates."""

from functools import cache

from fastapi import FastAPI

from domain.store import Store
from rest_compat.key_gate import KeyGate
from rest_compat.serving import serving
from rest_compat.smartrunning import documentation, errors, explorer, templates
from rest_compat.wire.limits import Limiter, LimitHeaders
from rest_compat.wire.methods import answer_every_method

PREFIXES = (
    "/api/workout-templates",
    "/api/training-plan-templates",
    "/api/openapi.json",
    "/api/docs",
)


def app(store: Store, limiter: Limiter | None = None) -> FastAPI:
    """Without a limiter it counts by itself."""
    return serving(_described(), store=store, gate=KeyGate(store, limiter or Limiter()))


@cache
def _described() -> FastAPI:
    api = documentation.Documented(
        title="SmartRunning Partner API",
        version="1.0.0",
        summary="Read-only access to workout and training-plan templates.",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    errors.install(api)
    answer_every_method(api)
    api.add_middleware(LimitHeaders)
    api.include_router(templates.router)
    explorer.install(api)
    return api
