"""GOFA AI Training: what an end user trains by, what administrators see and assign, and what clients author."""

from functools import cache

from fastapi import FastAPI

from domain.identity.published_keys import PublishedKeys
from domain.store import Store
from rest_compat.gofa import admin, ai_move, authoring, errors, play, runtime, tokens
from rest_compat.serving import serving
from rest_compat.wire.limits import Limiter
from rest_compat.wire.methods import answer_every_method

PREFIXES = ("/api/ai-training", "/api/ai-move", "/api/auth", "/api/b2b", "/api/client", "/ai-training")


def app(store: Store, limiter: Limiter | None = None, keys: PublishedKeys | None = None) -> FastAPI:
    """Without a limiter it counts by itself, and without keys it fetches them by itself."""
    return serving(_described(), store=store, limiter=limiter or Limiter(), keys=keys or PublishedKeys())


@cache
def _described() -> FastAPI:
    gofa = FastAPI(
        title="GOFA AI Training API",
        openapi_url="/api/ai-training/openapi.json",
        docs_url=None,
        redoc_url=None,
        responses=errors.DOCUMENTED,
    )
    errors.install(gofa)
    answer_every_method(gofa)
    for module in (runtime, admin, authoring, tokens, ai_move):
        gofa.include_router(module.router)
    for path in ("/ai-training/routine-run/{run_id}/play", "/ai-training/routine-run/{run_id}/play/"):
        gofa.add_route(path, play.page)
    gofa.mount("/ai-training/assets", play.assets())
    return gofa
