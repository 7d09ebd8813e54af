"""An answer that carries its validators and answers conditional requests by itself (RFC 9110, 8.8 and 13)."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import blake2b
from http import HTTPStatus
from typing import Any
from uuid import UUID

import orjson
from starlette.background import BackgroundTask
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

CACHE_CONTROL = "private, no-cache"
VARY = "Accept-Encoding, Accept-Language, Authorization"
HASHED = ("content-type", "content-language", "link")
HASHED_PREFIX = "x-pagination-"
ENTITY_TAG = re.compile(r'(?:W/)?("[^"]*")')
HTTP_DATE = re.compile(
    r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT"
    r"|[A-Z][a-z]{5,8}, \d\d-[A-Z][a-z]{2}-\d\d \d\d:\d\d:\d\d GMT"
    r"|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}",
    re.ASCII,
)


class Representation(Response):
    """Sends bytes as they are, anything else as JSON; the ETag covers language, links and paging too.

    `trust_date=False` is for collections: their date does not show that something was deleted.
    """

    media_type = "application/json"

    def __init__(
        self,
        content: Any,
        *,
        modified: datetime | None = None,
        trust_date: bool = True,
        status_code: int = 200,
        headers: Mapping[str, str] | None = None,
        media_type: str | None = None,
        background: BackgroundTask | None = None,
    ) -> None:
        super().__init__(content, status_code, headers, media_type, background)
        self.modified = None if modified is None else whole_second(modified)
        self.trust_date = trust_date
        self.headers.setdefault("Cache-Control", CACHE_CONTROL)
        self.headers.setdefault("Vary", VARY)
        self.headers.setdefault("ETag", weak_tag(self.body, self.headers))
        if self.modified is not None:
            self.headers.setdefault("Last-Modified", format_datetime(self.modified, usegmt=True))

    def render(self, content: Any) -> bytes | memoryview:
        if isinstance(content, bytes | memoryview):
            return super().render(content)
        return orjson.dumps(content, default=plain, option=orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self.is_known(scope["method"], Headers(scope=scope)):
            await self.bare(304)(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)

    def is_known(self, method: str, request: Headers) -> bool:
        if method not in ("GET", "HEAD") or self.status_code != HTTPStatus.OK:
            return False
        return holds(request, self.headers["ETag"], self.modified if self.trust_date else None)

    def bare(self, status_code: int) -> Response:
        """The same headers without a body: 304, or 201 and 204 where the client wants no resource back."""
        answer = Response(status_code=status_code, background=self.background)
        answer.raw_headers = [pair for pair in self.raw_headers if not describes_body(pair[0])]
        if status_code not in (204, 304):
            answer.raw_headers.append((b"content-length", b"0"))
        return answer


def is_conditional(request: Headers) -> bool:
    """Whether it is worth looking at the validators first: the client may hold the representation."""
    return "If-None-Match" in request or "If-Modified-Since" in request


def holds(request: Headers, tag: str, modified: datetime | None) -> bool:
    """Whether the client holds this already; If-None-Match decides alone when sent (RFC 9110, 13.2.2).

    PAI: 304 for a date "greater than" modifiedOn; the same second counts too, as clients echo it.
    """
    if tags := request.getlist("If-None-Match"):
        return matches_weakly(tag, ", ".join(tags))
    dates = request.getlist("If-Modified-Since")
    since = read_http_date(dates[0]) if len(dates) == 1 else None
    return since is not None and modified is not None and whole_second(modified) <= since


def still_holds(request: Headers, tag: str, modified: datetime) -> bool:
    """Whether a change may go ahead: what the client last saw, if it says so, is what there is (RFC 9110, 13.2.2).

    Tags compare weakly: ours are weak only because compression follows them.
    """
    if tags := request.getlist("If-Match"):
        return matches_weakly(tag, ", ".join(tags))
    dates = request.getlist("If-Unmodified-Since")
    since = read_http_date(dates[0]) if len(dates) == 1 else None
    return since is None or whole_second(modified) <= since


def tag_of(*parts: object) -> str:
    """A weak ETag of all that a representation is made from."""
    digest = blake2b(digest_size=16)
    for part in parts:
        digest.update(repr(part).encode() + b"\n")
    return f'W/"{digest.hexdigest()}"'


def plain(value: Any) -> str:
    """A database driver's own kind of UUID."""
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(type(value).__name__)


def weak_tag(body: bytes | memoryview, headers: Mapping[str, str]) -> str:
    """PAI: "a hash or checksum of the representation"; weak, because compression comes after it."""
    digest = blake2b(digest_size=16)
    for name, value in sorted(headers.items()):
        if name in HASHED or name.startswith(HASHED_PREFIX):
            digest.update(f"{name}: {value}\n".encode())
    digest.update(b"\n")
    digest.update(body)
    return f'W/"{digest.hexdigest()}"'


def matches_weakly(tag: str, wanted: str) -> bool:
    """If-None-Match is `*` or a list of tags, compared without regard to W/ (RFC 9110, 13.1.2)."""
    return wanted.strip() == "*" or tag.removeprefix("W/") in ENTITY_TAG.findall(wanted)


def read_http_date(text: str) -> datetime | None:
    """One of the three forms of RFC 9110, 5.6.7; anything else is no date."""
    if not HTTP_DATE.fullmatch(text.strip()):
        return None
    try:
        return whole_second(parsedate_to_datetime(text))
    except ValueError:
        return None


def whole_second(moment: datetime) -> datetime:
    """In UTC, which a moment without a zone is taken to be in."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).replace(microsecond=0)


def describes_body(name: bytes) -> bool:
    return name.startswith(b"content-") and name != b"content-location"
