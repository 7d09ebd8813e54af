"""What vendor apps are handed: the store their units come from, what counts requests, and headers of their errors."""

from fastapi import Request

from domain.errors import DomainError, Unavailable
from domain.store import Store
from rest_compat.wire.limits import Limiter


def store_of(request: Request) -> Store:
    store: Store = request.app.state.store
    return store


def limiter_of(request: Request) -> Limiter:
    limiter: Limiter = request.app.state.limiter
    return limiter


def retry_headers(error: DomainError) -> dict[str, str]:
    """When to send the same again, if that is all there is to do."""
    return {"Retry-After": str(error.retry_after)} if isinstance(error, Unavailable) else {}
