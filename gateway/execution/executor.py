"""graphql-core's executor, with a shorter way for rows of plain values.

Selections are taken after fragments, aliases, directives and variables were applied. Errors, paths and nulls that
travel upwards stay graphql-core's: whatever is not plain, or turns out not to fit, is left to it, rows and all.
"""

from collections.abc import Awaitable, Mapping
from contextlib import suppress
from types import NoneType
from typing import Any

from graphql import GraphQLNonNull, GraphQLObjectType
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from gateway.documents.recent import Recent
from gateway.execution.shapes import Shape, shape_of

MOST_SHAPES = 2000
NOTHING_PLAIN = Shape((), (), frozenset())


class ColumnarExecutor(StrawberryGraphQLCoreExecutionContext):
    """One for each operation; shapes are worked out once for all of them."""

    shapes: Recent[Any, Shape] = Recent(most=MOST_SHAPES, heaviest=MOST_SHAPES)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._mine: dict[Any, tuple[Any, Shape]] = {}
        middlewares = self.middleware_manager.middlewares if self.middleware_manager else ()
        self._plainly = not middlewares and self.abort_signal is None

    def complete_list_value(  # noqa: PLR0917  graphql-core's signature
        self,
        return_type: Any,
        field_details_list: Any,
        info: Any,
        path: Any,
        result: Any,
        position_context: Any,
    ) -> Any:
        kind = (
            return_type.of_type.of_type
            if isinstance(return_type.of_type, GraphQLNonNull)
            else return_type.of_type
        )
        if self._plainly and isinstance(kind, GraphQLObjectType) and isinstance(result, list) and result:
            fields, deferred, _ = self.collect_subfields(kind, field_details_list)
            shape = self._shape(kind, fields)
            if not (shape.others or deferred or position_context) and shape is not NOTHING_PLAIN:
                with suppress(Exception):  # whatever it is, graphql-core finds it again and words it
                    return self._of_rows(kind, shape, result, info)
        return super().complete_list_value(
            return_type, field_details_list, info, path, result, position_context
        )

    def execute_fields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Any,
        grouped_field_set: Any,
        position_context: Any,
    ) -> Any:
        shape = self._shape(parent_type, grouped_field_set) if self._plainly else NOTHING_PLAIN
        plain: dict[str, Any] = {}
        if shape is not NOTHING_PLAIN and position_context is None:
            with suppress(Exception):  # as above
                plain = shape.of_row(source_value)
        if not plain:
            return super().execute_fields(
                parent_type, source_value, path, grouped_field_set, position_context
            )
        if not shape.others:
            return plain
        others = {name: fields for name, fields in grouped_field_set.items() if name in shape.others}
        done: Any = super().execute_fields(parent_type, source_value, path, others, position_context)
        return (
            _together_later(shape, plain, done) if self.is_awaitable(done) else _together(shape, plain, done)
        )

    def _of_rows(
        self, kind: GraphQLObjectType, shape: Shape, rows: list[Any], info: Any
    ) -> list[dict[str, Any]]:
        if any(_is_no_row(each) for each in set(map(type, rows))):
            raise TypeError(kind.name)
        is_ours = kind.is_type_of
        if is_ours is not None and not all(is_ours(row, info) is True for row in rows):
            raise TypeError(kind.name)
        return shape.of_rows(rows)

    def _shape(self, kind: GraphQLObjectType, fields: Mapping[str, Any]) -> Shape:
        """The fields are kept beside it: their identity is what it is known by within one operation."""
        known = self._mine.get((kind, id(fields)))
        if known is not None:
            return known[1]
        named = {name: details[0].node.name.value for name, details in fields.items()}
        key = (self.schema, kind, tuple(named.items()))
        shape = self.shapes.get(key)
        if shape is None:
            shape = shape_of(self.schema, kind, named) or NOTHING_PLAIN
            self.shapes.put(key, shape)
        self._mine[kind, id(fields)] = (fields, shape)
        return shape


def _is_no_row(kind: type) -> bool:
    return kind is NoneType or issubclass(kind, Exception) or hasattr(kind, "__await__")


def _together(shape: Shape, plain: dict[str, Any], others: dict[str, Any]) -> dict[str, Any]:
    """In the order that was asked for."""
    return {name: plain[name] if name in plain else others[name] for name in shape.names}


async def _together_later(
    shape: Shape, plain: dict[str, Any], others: Awaitable[dict[str, Any]]
) -> dict[str, Any]:
    return _together(shape, plain, await others)
