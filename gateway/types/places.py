"""Cursors of what is paged by its place, where rows have no columns to be found again by."""

import base64
import binascii
from contextlib import suppress

from domain.errors import Invalid
from domain.programs.export_rows import Place


def cursor_of(place: Place) -> str:
    return base64.urlsafe_b64encode(f"{place.part}:{place.row}".encode()).decode().rstrip("=")


def place_of(cursor: str) -> Place:
    with suppress(ValueError, binascii.Error):
        part, _, row = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().partition(":")
        place = Place(int(part), int(row))
        if cursor_of(place) == cursor:
            return place
    raise Invalid("after is no cursor of this list; pass one that it gave")
