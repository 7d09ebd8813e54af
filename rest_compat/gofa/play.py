"""The play page: a routine run step by step, in a browser that holds nothing but a custom token."""

from pathlib import Path

from fastapi import Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

FILES = Path(__file__).parent / "play_page"
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {sources}" for name, sources in POLICY.items()),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


async def page(_: Request) -> Response:
    """The same for every run: its script reads the address, and takes the token out of it."""
    return HTMLResponse((FILES / "play.html").read_text(encoding="utf-8"), headers=HEADERS)


def assets() -> ASGIApp:
    """The page's modules and styles, as they are in the package."""
    return _Files(directory=FILES)


class _Files(StaticFiles):
    """Each file with its ETag, asked for anew each time: a new deployment is seen at once."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response
