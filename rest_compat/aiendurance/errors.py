"""The vendor documents no error body; ours is `{"error": …, "details": [{index, field, message}]}` (contracts 3.2)."""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from rest_compat import refusals
from rest_compat.refusals import Refusal


def install(app: FastAPI) -> None:
    refusals.install(app, answer)


def answer(_: Request, refusal: Refusal) -> JSONResponse:
    headers = {"Cache-Control": "no-store", **refusal.headers}
    if refusal.code == "UNAUTHORIZED":
        headers["WWW-Authenticate"] = "Bearer"
    body: dict[str, Any] = {"error": refusal.message}
    if refusal.details:
        body["details"] = [
            {"index": d.index, "field": d.field, "message": d.message} for d in refusal.details
        ]
    return JSONResponse(body, refusal.status, headers)
