"""Media types: what a request may be written in, what its answer is written in, and who may send it unasked."""

import re

from starlette.datastructures import Headers

from gateway.http.refusals import Refused
from rest_compat.wire.preferences import closest, ranges

JSON, GRAPHQL = "application/json", "application/graphql-response+json"
OFFERED = (JSON, GRAPHQL)
PREFLIGHT = ("GraphQL-Require-Preflight", "Apollo-Require-Preflight", "X-Apollo-Operation-Name")
CREDENTIALS = ("Authorization", "X-API-Key", "Partner-Id")
OURS = {"same-origin", "none"}


def answer_type(accept: str) -> str:
    """The offered type a client likes best; of equals JSON, as clients from before the specification expect it."""
    if not accept.strip():
        return JSON
    given = ranges(accept)
    weighed = {name: given.get(closest(name, given) or "", 0.0) for name in OFFERED}
    best = max(weighed, key=lambda name: weighed[name])
    if weighed[best] <= 0:
        raise Refused(
            406, f"This endpoint answers in {GRAPHQL} or {JSON}: accept one of them", "NOT_ACCEPTABLE"
        )
    return best


def is_answerable(accept: str) -> bool:
    try:
        answer_type(accept)
    except Refused:
        return False
    return True


def check_content_type(content_type: str) -> None:
    """JSON in UTF-8 and nothing else: what a form of another site can send without asking is never read."""
    name, _, parameters = content_type.partition(";")
    charsets = re.findall(r"charset\s*=\s*\"?([\w-]+)", parameters.lower())
    if name.strip().lower() != JSON or any(charset not in ("utf-8", "utf8") for charset in charsets):
        raise Refused(
            415,
            f"The body must be {JSON} in UTF-8, and its Content-Type must say so",
            "UNSUPPORTED_MEDIA_TYPE",
        )


def check_origin(headers: Headers) -> None:
    """A GET that another site's page can send without asking first (CORS calls it simple) is refused.

    Credentials are headers here and never cookies, and each of them forces a preflight, as PREFLIGHT's do.
    """
    if any(name in headers for name in (*PREFLIGHT, *CREDENTIALS)):
        return
    site, origin = headers.get("Sec-Fetch-Site", "none"), headers.get("Origin")
    if site not in OURS or (origin is not None and origin.partition("://")[2] != headers.get("Host")):
        raise Refused(403, f"A GET from another site needs the header {PREFLIGHT[0]}, with any value", "CSRF")
