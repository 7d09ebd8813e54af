"""AI Endurance partner-based API: partners ping FIT files for their users, and say when all of them are there."""

from typing import Any

from fastapi import FastAPI

from domain.settings import MEBIBYTE
from domain.store import Store
from rest_compat.aiendurance import documentation, errors, ping, reading, task
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


def app(store: Store) -> FastAPI:
    api = PartnerApi(
        title="AI Endurance Partner API",
        openapi_url="/api/fit_partner_ping/openapi.json",
        docs_url=None,
        redoc_url=None,
        responses=documentation.ERRORS,
    )
    api.state.store = store
    errors.install(api)
    answer_every_method(api)
    api.add_middleware(Drained, most=store.settings.max_ping_bytes + THROWN_AWAY)
    for router in (ping.router, task.router, reading.router):
        api.include_router(router)
    return api
