"""The Link header: pages of a collection and related resources (RFC 8288)."""

import re
from collections.abc import Mapping
from urllib.parse import quote

from starlette.datastructures import URL
from starlette.types import Scope

RELATION = re.compile(r"[a-z][a-z0-9.-]*")
URI_CHARACTERS = "%:/?#[]@!$&'()*+,;=-._~"


def address(scope: Scope) -> URL:
    """The fully qualified address as the client sees it; `request.url` fails on raw bytes in the query."""
    query = quote(scope.get("query_string", b""), safe=URI_CHARACTERS)
    base = escape(str(URL(scope={**scope, "query_string": b""})))
    return URL(f"{base}?{query}" if query else base)


def page_links(url: URL | str, *, offset: int, limit: int, total: int) -> dict[str, str]:
    """First, prev, next and last as PAI has them: the same limit, and filters and sorting carried along."""
    return {
        relation: str(URL(str(url)).include_query_params(offset=start, limit=limit))
        for relation, start in page_starts(offset, limit, total).items()
    }


def page_starts(offset: int, limit: int, total: int) -> dict[str, int]:
    """Walking next from any offset ends exactly at last; an empty collection has first and last only.

    From beyond the end, prev leads back to the last page.
    """
    starts = {"first": 0}
    last = last_start(offset % limit, limit, total)
    if offset > 0 and total > 0:
        starts["prev"] = min(max(0, offset - limit), last)
    if offset + limit < total:
        starts["next"] = offset + limit
    return starts | {"last": last}


def last_start(start: int, limit: int, total: int) -> int:
    """The last non-empty page among those that begin at start, start + limit and so on."""
    return start + (total - 1 - start) // limit * limit if total > start else 0


def link_header(targets: Mapping[str, URL | str]) -> str:
    """`<address>; rel="name"`, comma separated; whatever could end the brackets or the line is escaped."""
    return ", ".join(f'<{escape(str(target))}>; rel="{checked(name)}"' for name, target in targets.items())


def escape(target: str) -> str:
    """Percent-encode what no URI may hold (RFC 3986, 2), such as `>`, spaces and line breaks."""
    return quote(target, safe=URI_CHARACTERS, errors="replace")


def checked(relation: str) -> str:
    if not RELATION.fullmatch(relation):
        raise ValueError(f"{relation!r} is no registered kind of relation name (RFC 8288, 3.3)")
    return relation
