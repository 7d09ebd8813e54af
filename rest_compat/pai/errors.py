"""PAI's standard error payload for every error there is, the framework's included, in the client's language."""

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from domain.errors import Detail
from domain.languages import ENGLISH, LANGUAGES, in_language
from domain.sentences import said
from rest_compat import refusals
from rest_compat.refusals import Refusal
from rest_compat.wire.override import HEADER, METHODS
from rest_compat.wire.preferences import language


def install(app: FastAPI) -> None:
    refusals.install(app, answer)


def answer(request: Request, refusal: Refusal) -> JSONResponse:
    """`details`: one entry of the same shape for each thing to mend. The code is the same in every language."""
    tongue = tongue_of(request)
    headers = {
        "Cache-Control": "no-store",
        "Content-Language": tongue,
        "Vary": "Accept-Encoding, Accept-Language, Authorization",
        **refusal.headers,
    }
    if refusal.code == "UNAUTHORIZED":
        headers["WWW-Authenticate"] = "Bearer"
    nested = [_nested(detail, tongue) for detail in refusal.details]
    error = {"message": in_language(refusal.message, tongue), "code": refusal.code, "errors": nested}
    return JSONResponse({"errors": [error]}, refusal.status, headers)


def tongue_of(request: Request) -> str:
    """The language to speak in: the client's favourite among those of the catalogues."""
    return language(", ".join(request.headers.getlist("Accept-Language")), LANGUAGES, ENGLISH)


def refused_override(request: Request) -> JSONResponse:
    taken = said("{header} takes one of {methods}, once", header=HEADER, methods=", ".join(METHODS))
    return answer(request, Refusal("BAD_REQUEST", taken))


def _nested(detail: Detail, tongue: str) -> dict[str, str]:
    told = {"message": in_language(detail.message, tongue), "code": detail.code}
    return told | ({"field": detail.field} if detail.field else {})
