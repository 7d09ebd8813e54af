"""A PAI view: the vendor's field names, in the vendor's order, over the domain's columns."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, cached_property, partial
from operator import attrgetter, itemgetter
from string import Formatter
from typing import Any

from domain.errors import Detail, DomainError, Invalid, Misfit
from domain.fields import NOTHING_SET, Fields
from domain.listing import Columns
from domain.sentences import said

HREF = "href"
BOUND = frozenset({"id", "organization_id", "user_id", "account_id", "group_id", "program_id", "date"})
"""Columns that say which resource it is and whose: the path, the caller or its first writing has settled them."""
STAMPS = {"createdOn": "created_at", "modifiedOn": "modified_at"}
"""When a resource was added and last changed."""
FIELD = re.compile(r"(?=[.\[])|$")


@dataclass(frozen=True)
class Made:
    """A field that is no column: the domain's columns behind it, and how it is made of a row."""

    needs: frozenset[str]
    of: Callable[[Any], Any]
    schema: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class View:
    """`columns`: the vendor's name → the domain's. `path`: where one of them is, below the API's base address.

    `related`: paths of what belongs to one, by link relation. `made`: fields to show, but not to filter or sort by.
    `apart`: those of them that a list shows only where it is asked to, and only so many of.
    `kinds`, `enums` and `example` are for the documentation: the domain's columns, the words that a field knows, and
    one of these resources.
    """

    columns: Mapping[str, str]
    path: str
    related: Mapping[str, str] = field(default_factory=dict)
    made: Mapping[str, Made] = field(default_factory=dict)
    apart: frozenset[str] = frozenset()
    kinds: Columns = field(default_factory=dict)
    enums: Mapping[str, type[StrEnum]] = field(default_factory=dict)
    example: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def names(self) -> list[str]:
        first, *others = self.columns
        return [first, HREF, *others, *self.made]

    @property
    def listed(self) -> list[str]:
        return [name for name in self.names if name not in self.apart]

    @property
    def spelling(self) -> dict[str, str]:
        """The vendor's name of every field that one column of the domain is behind."""
        single = {name: min(made.needs) for name, made in self.made.items() if len(made.needs) == 1}
        return {**self.columns, **single}

    def chosen(self, fields: str | None, unasked: Sequence[str]) -> Sequence[str]:
        """The fields a client asked for, in its order; each must exist on the resource (seed: otherwise 400)."""
        if fields is None:
            return unasked
        wanted = [name.strip() for name in fields.split(",")]
        if unknown := [name for name in wanted if name not in self.names]:
            named = ", ".join(map(repr, unknown))[:100]
            raise Invalid(said("fields: {named} is not a field of this resource", named=named))
        return list(dict.fromkeys(wanted))

    def needs(self, fields: Sequence[str]) -> frozenset[str]:
        """The domain's columns behind some fields, with what the headers are made of."""
        made = (self.made[name].needs for name in fields if name in self.made)
        plain = (self.columns[name] for name in fields if name in self.columns)
        return self.key.union(plain, *made)

    @cached_property
    def key(self) -> frozenset[str]:
        """The columns that addresses and validators are made of."""
        paths = (self.path, *self.related.values())
        return frozenset({"id", "modified_at", *(name for path in paths for name in placeholders(path))})

    def spelled(self, error: DomainError) -> DomainError:
        """The same complaint about fields in the vendor's spelling."""
        if isinstance(error, Misfit):
            return Misfit(self._spelled(error.field), error.problem)
        details = [
            Detail(d.message, d.field and self._spelled(d.field), d.code, d.index) for d in error.details
        ]
        return type(error)(error.message, *details, code=error.code)

    def _spelled(self, place: str) -> str:
        """`kinds[0]` is PAI's `events[0]`: a value within a field is where it is."""
        names = {column: name for name, column in self.spelling.items()}
        name, within = FIELD.split(place, maxsplit=1)
        return f"{names.get(name, name)}{within}"

    def read(self, sent: Mapping[str, Any], writes: type[Fields], *, whole: bool) -> dict[str, Any]:
        """What was sent, in the domain's names.

        A whole resource may hold what nobody sets, as the client got it: `check_bound` sees to what is bound of it, and
        what is computed counts for nothing. A change names what is to change.
        """
        names = {name: column for name, column in self.spelling.items() if column in writes.model_fields}
        names |= {name: name for name in writes.model_fields if name not in names.values()}
        ignored = set(self.names) if whole else set()
        if unknown := [name for name in sent if name not in names and name not in ignored]:
            details = [Detail(said("is no field that can be set"), name[:100]) for name in unknown[:20]]
            raise Invalid(NOTHING_SET, *details)
        return {names[name]: value for name, value in sent.items() if name in names}

    def bound(self, sent: Mapping[str, Any], writes: type[Fields]) -> dict[str, Any]:
        """What was sent of that which is settled, by the vendor's names."""
        settled = BOUND - writes.model_fields.keys()
        return {name: value for name, value in sent.items() if self.columns.get(name) in settled}

    def check_bound(self, claims: Mapping[str, Any], row: Any) -> None:
        """Whoever says what is settled must say it as it is: nobody's write goes elsewhere than its body says."""
        known = {name: _written(getattr(row, self.columns[name])) for name in claims}
        wrong = [
            name for name, value in claims.items() if value != known[name] and not _same(value, known[name])
        ]
        if wrong:
            details = [
                Detail(said("must be {value} here, or left out", value=known[name] or "null"), name)
                for name in wrong
            ]
            raise Invalid(NOTHING_SET, *details)

    def shown(self, row: Any, fields: Sequence[str], base: str) -> dict[str, Any]:
        return self.all_shown([row], fields, base)[0]

    def all_shown(self, rows: Sequence[Any], fields: Sequence[str], base: str) -> list[dict[str, Any]]:
        """Rows of one statement: values are read by their places, since by name each costs several times more."""
        places = {name: place for place, name in enumerate(getattr(rows[0], "_fields", ()))} if rows else {}
        makers = [(name, self._maker(name, base, places)) for name in fields]
        return [{name: make(row) for name, make in makers} for row in rows]

    def links(self, row: Any, base: str) -> dict[str, str]:
        return {relation: base + filled(path, row) for relation, path in self.related.items()}

    def href(self, row: Any, base: str) -> str:
        return base + filled(self.path, row)

    def _maker(self, name: str, base: str, places: Mapping[str, int]) -> Callable[[Any], Any]:
        if name == HREF:
            return partial(self.href, base=base)
        if name in self.made:
            return self.made[name].of
        column = self.columns[name]
        return itemgetter(places[column]) if column in places else attrgetter(column)


def _written(value: Any) -> str | None:
    """As JSON has it."""
    return None if value is None else str(value)


def _same(sent: object, known: str | None) -> bool:
    """UUIDs may be written in either case."""
    return isinstance(sent, str) and sent.lower() == known


@cache
def placeholders(path: str) -> tuple[str, ...]:
    return tuple(name for _, name, _, _ in Formatter().parse(path) if name)


def filled(path: str, row: Any) -> str:
    return path.format_map({name: getattr(row, name) for name in placeholders(path)})
