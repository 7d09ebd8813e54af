"""The vendor documents no error body; ours is `{"error": code, "message": sentence}` (contracts 2.2)."""

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from rest_compat import refusals
from rest_compat.refusals import Refusal

CODES = {
    "UNAUTHORIZED": "unauthorized",
    "FORBIDDEN": "forbidden",
    "NOT_FOUND": "not_found",
    "METHOD_NOT_ALLOWED": "method_not_allowed",
    "TOO_MANY_REQUESTS": "rate_limited",
    "INTERNAL_SERVER_ERROR": "internal_error",
    "SERVICE_UNAVAILABLE": "unavailable",
}
BAD_REQUEST = "bad_request"
CHALLENGE = 'ApiKey realm="SmartRunning Partner API"'


def install(app: FastAPI) -> None:
    refusals.install(app, answer)


def answer(_: Request, refusal: Refusal) -> JSONResponse:
    headers = {"Cache-Control": "no-store", **refusal.headers}
    if refusal.code == "UNAUTHORIZED":
        headers["WWW-Authenticate"] = CHALLENGE
    body = {"error": CODES.get(refusal.code, BAD_REQUEST), "message": refusal.message}
    return JSONResponse(body, refusal.status, headers)
