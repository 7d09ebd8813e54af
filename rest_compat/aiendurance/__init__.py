"""AI Endurance partner-based API: partners ping FIT files for their users."""

from fastapi import FastAPI

from domain.store import Store
from rest_compat.aiendurance import errors, ping
from rest_compat.wire.methods import answer_every_method

PREFIXES = ("/api/fit_partner_ping", "/api/task_partner")


def app(store: Store) -> FastAPI:
    api = FastAPI(
        title="AI Endurance Partner API",
        openapi_url="/api/fit_partner_ping/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    api.state.store = store
    errors.install(api)
    answer_every_method(api)
    api.include_router(ping.router)
    return api
