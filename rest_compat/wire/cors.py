"""Browsers of any origin may call: every call carries its own credential, and no cookie counts."""

from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
MAX_AGE = 600


class OpenToBrowsers(CORSMiddleware):
    def preflight_response(self, request_headers: Headers) -> Response:
        """Always 200: whether what it asks for is allowed, the browser sees for itself (Fetch, 4.8)."""
        told = super().preflight_response(request_headers).headers
        about_body = ("content-type", "content-length")
        return Response(headers={name: told[name] for name in told if name not in about_body})


def open_to_browsers(app: ASGIApp, *, exposed: Sequence[str]) -> ASGIApp:
    """Around the whole application, so that its refusals and its 500 can be read too."""
    return OpenToBrowsers(
        app,
        allow_origins=["*"],
        allow_methods=METHODS,
        allow_headers=["*"],
        expose_headers=exposed,
        max_age=MAX_AGE,
    )
