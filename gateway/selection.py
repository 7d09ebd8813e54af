"""Which columns a selection needs, so that a list reads no more than was asked for."""

from collections.abc import Iterator, Mapping
from typing import Any

import strawberry
from strawberry.types.nodes import FragmentSpread, InlineFragment, SelectedField
from strawberry.utils.str_converters import to_snake_case

Needs = Mapping[str, frozenset[str]]
"""GraphQL fields that are not simply the column of the same name → the columns they are made of."""


def columns_for(info: strawberry.Info[Any, Any], needs: Needs, *path: str) -> frozenset[str]:
    """The columns behind the fields selected under `path`, such as ("edges", "node"), and `nodes` beside it."""
    names = names_under(info, path)
    return frozenset(column for name in names for column in needs.get(name, {to_snake_case(name)}))


def selects(info: strawberry.Info[Any, Any], name: str) -> bool:
    return name in names_under(info, ())


def arguments_of(info: strawberry.Info[Any, Any], name: str, argument: str) -> frozenset[Any]:
    """What an argument is given wherever the field `name` is selected right below this one."""
    children = (child for field in info.selected_fields for child in _fields(field))
    return frozenset(child.arguments.get(argument) for child in children if child.name == name)


def names_under(info: strawberry.Info[Any, Any], path: tuple[str, ...]) -> frozenset[str]:
    """Worked out once for all rows: a field's path without the indices is the same for each of them."""
    here = tuple(key for key in info.path.as_list() if isinstance(key, str))
    known: dict[Any, frozenset[str]] = info.context.selected
    if (here, path) not in known:
        known[here, path] = frozenset(name for field in info.selected_fields for name in _under(field, path))
    return known[here, path]


def _under(field: Any, path: tuple[str, ...]) -> Iterator[str]:
    for child in _fields(field):
        if not path:
            if not child.name.startswith("__"):
                yield child.name
        elif child.name == path[0]:
            yield from _under(child, path[1:])


def _fields(selection: Any) -> Iterator[SelectedField]:
    for child in selection.selections:
        if isinstance(child, FragmentSpread | InlineFragment):
            yield from _fields(child)
        else:
            yield child
