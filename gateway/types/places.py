"""Cursors of what is paged by its place, where rows have no columns to be found again by."""

from domain.errors import Invalid
from domain.listing.cursors import Cursor
from domain.programs.export_rows import Place


def cursor_of(place: Place) -> str:
    return Cursor((place.part, place.row)).text()


def place_of(cursor: str) -> Place:
    match Cursor.read(cursor).values:
        case (int(part), int(row)):
            return Place(part, row)
    raise Invalid("after is no cursor of this list; pass one that it gave")
