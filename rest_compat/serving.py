"""What every vendor app is handed: the store its units come from, and headers that all their errors share."""

from copy import copy
from typing import Any

from fastapi import FastAPI, Request
from starlette.datastructures import State

from domain.errors import DomainError, Unavailable
from domain.store import Store


def serving(described: FastAPI, **state: Any) -> FastAPI:
    """An application at work on a store; its routes are built once in a process, whatever they serve."""
    served = copy(described)
    served.state = State(state)
    return served


def store_of(request: Request) -> Store:
    store: Store = request.app.state.store
    return store


def retry_headers(error: DomainError) -> dict[str, str]:
    """When to send the same again, if that is all there is to do."""
    return {"Retry-After": str(error.retry_after)} if isinstance(error, Unavailable) else {}
