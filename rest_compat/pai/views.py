"""A PAI view: the vendor's field names, in the vendor's order, over the domain's columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.errors import Invalid, Misfit

HREF = "href"


@dataclass(frozen=True)
class View:
    """`columns`: the vendor's name → the domain's. `href` is made from the collection's address and the id."""

    columns: Mapping[str, str]

    @property
    def names(self) -> list[str]:
        first, *others = self.columns
        return [first, HREF, *others]

    def chosen(self, fields: str | None) -> Sequence[str]:
        """The fields a client asked for, in its order; each must exist on the resource (seed: otherwise 400)."""
        if fields is None:
            return self.names
        wanted = [name.strip() for name in fields.split(",")]
        if unknown := [name for name in wanted if name not in self.names]:
            raise Invalid(f"fields: {', '.join(map(repr, unknown))[:100]} is not a field of this resource")
        return list(dict.fromkeys(wanted))

    def needs(self, fields: Sequence[str]) -> frozenset[str]:
        """The domain's columns behind some fields, with what the headers are made of."""
        return frozenset({"id", "modified_at", *(self.columns[name] for name in fields if name != HREF)})

    def spelled(self, error: Misfit) -> Misfit:
        """The same complaint about the field in the vendor's spelling."""
        names = {column: name for name, column in self.columns.items()}
        return Misfit(names.get(error.field, error.field), error.problem)

    def shown(self, row: Any, fields: Sequence[str], collection: str) -> dict[str, Any]:
        return {
            name: f"{collection}/{row.id}" if name == HREF else getattr(row, self.columns[name])
            for name in fields
        }
