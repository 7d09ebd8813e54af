"""AI Endurance partner-based API: partners ping FIT files for their users, and say when all of them are there."""

from functools import cache
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp

from domain.settings import MEBIBYTE
from domain.store import Store
from rest_compat.aiendurance import documentation, errors, ping, reading, task
from rest_compat.serving import serving
from rest_compat.wire.draining import Drained
from rest_compat.wire.methods import answer_every_method

PREFIXES = ("/api/fit_partner_ping", "/api/task_partner")
THROWN_AWAY = 32 * MEBIBYTE
"""So much is received beyond the largest ping that is taken: the sender of one that is too large sees why."""


class PartnerApi(FastAPI):
    def openapi(self) -> dict[str, Any]:
        """With the two headers that every call carries."""
        document = super().openapi()
        document["components"]["securitySchemes"] = documentation.SCHEMES
        return document


def surface(store: Store) -> ASGIApp:
    """The application as the outside meets it."""
    return Drained(app(store), most=store.settings.max_ping_bytes + THROWN_AWAY)


def app(store: Store) -> FastAPI:
    return serving(_described(), store=store)


@cache
def _described() -> FastAPI:
    api = PartnerApi(
        title="AI Endurance Partner API",
        openapi_url="/api/fit_partner_ping/openapi.json",
        docs_url=None,
        redoc_url=None,
        responses=documentation.ERRORS,
    )
    errors.install(api)
    answer_every_method(api)
    for router in (ping.router, task.router, reading.router):
        api.include_router(router)
    return api
