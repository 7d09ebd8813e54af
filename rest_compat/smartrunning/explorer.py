"""`/api/docs`: Swagger UI from our own address, without a network."""

from importlib.resources import files
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import FileResponse, HTMLResponse

from domain.errors import NotFound

ASSETS = Path(str(files("fastapi_offline"))) / "static"
SERVED = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon.png": "image/png",
}
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "frame-ancestors 'none'"
)


def install(app: FastAPI) -> None:
    app.add_route("/api/docs", docs, include_in_schema=False)
    app.add_route("/api/docs/{name}", asset, include_in_schema=False)


async def docs(_: Request) -> HTMLResponse:
    page = get_swagger_ui_html(
        openapi_url="/api/openapi.json",
        title="SmartRunning Partner API",
        swagger_js_url="/api/docs/swagger-ui-bundle.js",
        swagger_css_url="/api/docs/swagger-ui.css",
        swagger_favicon_url="/api/docs/favicon.png",
    )
    page.headers["Content-Security-Policy"] = POLICY
    page.headers["Cache-Control"] = "no-cache"
    return page


async def asset(request: Request) -> FileResponse:
    name = request.path_params["name"]
    if name not in SERVED:
        raise NotFound("No such file belongs to the documentation")
    return FileResponse(
        ASSETS / name, media_type=SERVED[name], headers={"Cache-Control": "public, max-age=86400"}
    )
