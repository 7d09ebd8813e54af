"""Browsers of any origin may call: every call carries its own credential, and no cookie counts."""

from collections.abc import Sequence

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
MAX_AGE = 600


def open_to_browsers(app: ASGIApp, *, exposed: Sequence[str]) -> ASGIApp:
    """Around the whole application, so that its refusals and its 500 can be read too."""
    return CORSMiddleware(
        app,
        allow_origins=["*"],
        allow_methods=METHODS,
        allow_headers=["*"],
        expose_headers=exposed,
        max_age=MAX_AGE,
    )
