"""What vendor apps are handed: the store their units come from and what counts their requests."""

from copy import copy
from typing import Any

from fastapi import FastAPI, Request
from starlette.datastructures import State

from domain.store import Store
from rest_compat.wire.limits import Limiter


def serving(described: FastAPI, **state: Any) -> FastAPI:
    """An application at work on a store; its routes are built once in a process, whatever they serve."""
    served = copy(described)
    served.state = State(state)
    return served


def store_of(request: Request) -> Store:
    store: Store = request.app.state.store
    return store


def limiter_of(request: Request) -> Limiter:
    limiter: Limiter = request.app.state.limiter
    return limiter
