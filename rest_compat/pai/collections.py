"""What PAI's collections and items look like on the wire: paging, links, addresses and validators."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from starlette.datastructures import URL
from starlette.requests import Request

from domain.listing import Page
from domain.viewer import Viewer
from rest_compat.pai.auth import Door
from rest_compat.pai.views import View
from rest_compat.wire.links import address, link_header, page_links
from rest_compat.wire.representation import Representation, holds, tag_of

SHAPE = 1
"""Part of every ETag: to be raised when the same rows are shown in another way."""


class Place:
    """Where a request is: its own address, the API's base, and what of a view is wanted there."""

    def __init__(self, request: Request, door: Door, view: View, fields: Sequence[str]) -> None:
        self.request = request
        self.view = view
        self.fields = fields
        self.here = address(request.scope)
        self.base = str(self.here.replace(path=door.base(request), query="", fragment=""))

    def collection(self, count: Page, viewer: Viewer) -> "Found":
        """The head of a list, known before any of its rows is read; no two accounts are shown one list by one tag."""
        seen = count.total, count.newest, count.checksum
        links = page_links(self.here, offset=count.offset, limit=count.limit, total=count.total)
        headers = {
            "X-Pagination-Count": str(count.total),
            "X-Pagination-Offset": str(count.offset),
            "X-Pagination-Limit": str(count.limit),
            "Link": link_header(links),
            "ETag": tag_of(SHAPE, str(self.here), self.view.names, viewer.account_id, *seen),
        }
        return Found(self.request, headers, count.newest, trust_date=False)

    def item(self, row: Row[Any], collection: str | None) -> "Found":
        """`collection`: the path of the list it is in; a list's date misses deletions, an item's does not."""
        href = self.view.href(row, self.base)
        links: dict[str, URL | str] = {"self": href}
        if collection is not None:
            links["collection"] = self.base + collection.format_map(self.request.path_params)
        headers = {
            "Link": link_header(links | self.view.links(row, self.base)),
            "ETag": tag_of(SHAPE, href, self.fields, row.id, row.modified_at),
        }
        return Found(self.request, headers, row.modified_at)

    def shown(self, row: Row[Any]) -> dict[str, Any]:
        return self.view.shown(row, self.fields, self.base)

    def all_shown(self, rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
        return self.view.all_shown(rows, self.fields, self.base)


class Found:
    """What is known of an answer before its body: its headers, and whether the client holds it already."""

    def __init__(
        self,
        request: Request,
        headers: Mapping[str, str],
        modified: datetime | None,
        *,
        trust_date: bool = True,
    ) -> None:
        self.headers = headers
        self.modified = modified
        self._trust_date = trust_date
        self.is_held = request.method in ("GET", "HEAD") and holds(
            request.headers, headers["ETag"], modified if trust_date else None
        )

    def answer(
        self, body: Any = b"", status_code: int = 200, headers: Mapping[str, str] | None = None
    ) -> Representation:
        return Representation(
            body,
            modified=self.modified,
            trust_date=self._trust_date,
            status_code=status_code,
            headers={**self.headers, **(headers or {})},
        )
