"""What a valid operation costs: at most, by the pages it asks for, and in fact, by the rows that came.

A point is about 5 µs of one core, by measurement. A field weighs what its kind weighs; a connection multiplies what
is selected in it by its page size, so that lists in lists multiply.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLField,
    GraphQLNonNull,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    is_composite_type,
    is_leaf_type,
    is_list_type,
    type_from_ast,
)

from domain.streams import MOST_POINTS
from gateway.documents import introspected
from gateway.execution.shapes import DEFINITION
from gateway.limits import DEFAULT_POINTS, MAX_PAGE, values_within

VALUE, OBJECT, ROWS, CONNECTION, ARGUMENT, MUTATION = 1, 35, 5, 80, 40, 1000
"""A plain value; an object; a connection's own fields; a connection; each value of an argument, read anew for every
row; and a mutation, which commits.
"""
HASHING = 60_000
"""Bcrypt, where a password or a key is made: paid for at most, and given back where nothing was hashed."""
COLUMN, VALUES_A_NODE = 40, 20
"""Streams: what reading one column weighs, and how many of its values cost as much as a plain value."""
MOST = "maxPoints"
"""The argument of what is answered in columns, downsampled: streams, and the samples of a day."""
LISTED = ("ids", "representations")
"""Arguments of a list that is as long as they are."""
INTROSPECTED, WRAPPED = 5, 1
"""An object of introspection, which reads no database; the types in a type, of which most have none."""
UNPAGED = 5
"""How many objects a list is taken to have that knows no pages, such as the zones of a summary.

Fields whose lists can be long, such as the days of a week, say in `rows` how many they have to be paid for.
"""
PAGES = ("Connection", "Edge")


@dataclass(frozen=True, slots=True)
class Failure:
    """An error's place in the answer; `refused`: its field was asked for what it may not or cannot give, and did
    nothing.
    """

    path: Sequence[str | int]
    refused: bool


@dataclass(frozen=True, slots=True)
class Item:
    """A field: what it weighs itself, what is in it weighs once, and all of it for as many rows as may come.

    `flat`: what is in it weighs the same in every row. `fixed`: so does the whole of it. `streams`: its children
    are columns. `hidden`: what it may cost besides, which the answer does not show.
    """

    key: str
    weight: int
    inner: int
    nodes: int
    points: int
    flat: bool
    fixed: bool
    streams: bool
    children: tuple["Item", ...]
    hidden: int = 0

    @property
    def size(self) -> int:
        """How many fields it is, with those in it."""
        return 1 + sum(child.size for child in self.children)

    def spent(self, value: Any) -> int:
        """What this field's part of the answer cost."""
        if self.streams and isinstance(value, dict):
            return self.weight + _read(len(self.children), sum(map(_length, value.values())))
        if isinstance(value, dict):
            return self.weight + self._of_row(value)
        if isinstance(value, list) and self.children:
            return self.weight + (
                len(value) * self.inner if self.flat else sum(self._of_row(row) for row in value)
            )
        return self.weight

    def lost(self, value: Any, path: Sequence[str | int], *, refused: bool) -> int:
        """What an error below this field took with it: work that was done for what is null now."""
        if value is None:
            return self.points - self.weight if path or not refused else 0
        inside = value
        while path and isinstance(path[0], int):
            inside, path = inside[path[0]], path[1:]
            if inside is None:
                return self.inner
        return _lost(self.children, inside, path, refused=refused)

    def _of_row(self, row: Any) -> int:
        if self.flat or not isinstance(row, dict):
            return self.inner if row else 0
        return sum(child.spent(row[child.key]) for child in self.children if child.key in row)


@dataclass(frozen=True, slots=True)
class Price:
    """`nodes`: how many rows an operation asks for at most; `points`: what that costs."""

    items: tuple[Item, ...]
    nodes: int
    points: int
    commit: int = 0

    @property
    def size(self) -> int:
        return 1 + sum(item.size for item in self.items)

    def spent(self, data: Mapping[str, Any] | None, failures: Iterable[Failure] = (), worked: int = 0) -> int:
        """What was done of it, judged by the answer and its errors; never more than was asked for.

        `worked`: what was done that the answer does not show.

        What was refused is null and costs no more than its own weight; what is null because something in it failed
        was worked for, and costs all that it might have.
        """
        if data is None:
            return self.points
        failed = list(failures)
        told = worked + sum(item.spent(data[item.key]) for item in self.items if item.key in data)
        told += sum(_lost(self.items, data, one.path, refused=one.refused) for one in failed)
        refused = {one.path[0] for one in failed if one.refused and len(one.path) == 1}
        told += self.commit * sum(item.key in data and item.key not in refused for item in self.items)
        return min(self.points, told)


def price_of(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    variables: Mapping[str, Any],
) -> Price:
    """Of an operation that is valid: its fragments are known and its fields exist."""
    root = schema.get_root_type(operation.operation)
    if root is None:
        raise LookupError(operation.operation)
    writes = operation.operation is OperationType.MUTATION
    pricing = _Pricing(schema, fragments, {**_defaults(operation), **variables}, introspected.longest(schema))
    items = tuple(pricing.of_set(operation.selection_set, root))
    commit = MUTATION if writes else 0
    points = commit * len(items) + sum(item.points + item.hidden for item in items)
    return Price(items, sum(item.nodes for item in items), points, commit)


@dataclass(frozen=True, slots=True)
class _Pricing:
    """`variables`: JSON, or the default of one that was not given. `lengths`: of the lists of introspection here.
    `leaf`: what a value of introspection weighs here.
    """

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]
    lengths: Mapping[str, float]
    leaf: int = VALUE

    def of_set(self, selections: SelectionSetNode, parent: GraphQLCompositeType) -> list[Item]:
        items: list[Item] = []
        for selection in selections.selections:
            if isinstance(selection, FieldNode):
                items.append(self._of_field(selection, parent))
            elif isinstance(selection, FragmentSpreadNode):
                fragment = self.fragments[selection.name.value]
                items += self._of_fragment(fragment, parent)
            elif isinstance(selection, InlineFragmentNode):
                items += self._of_fragment(selection, parent)
        return items

    def _of_fragment(
        self, node: FragmentDefinitionNode | InlineFragmentNode, parent: GraphQLCompositeType
    ) -> list[Item]:
        narrowed = type_from_ast(self.schema, node.type_condition) if node.type_condition else parent
        return self.of_set(node.selection_set, narrowed if is_composite_type(narrowed) else parent)

    def _of_field(self, node: FieldNode, parent: GraphQLCompositeType) -> Item:
        name = node.name.value
        definition = self.schema.get_field(parent, name)
        if definition is None:
            raise LookupError(name)
        kind = get_named_type(definition.type)
        children: tuple[Item, ...] = ()
        if node.selection_set and is_composite_type(kind):
            children = tuple(self._within(parent, name).of_set(node.selection_set, kind))
        weight = self._weight(node, definition, parent)
        if MOST in definition.args:
            return _streams(node, weight, children, len(children) * self._points(node))
        return _item(node, weight, children, definition, self._rows(node, definition, parent))

    def _within(self, parent: GraphQLCompositeType, name: str) -> "_Pricing":
        """Below the list of all types its averages hold for what is in it, and no further."""
        place = (parent.name, name)
        if place == introspected.ALL_TYPES:
            return replace(self, lengths=introspected.average(self.schema))
        if name in introspected.ONE_TYPE and parent.name.startswith("__"):
            leaf = 0 if place == introspected.OF_TYPE else VALUE
            return replace(self, lengths=introspected.longest(self.schema), leaf=leaf)
        return self if self.leaf else replace(self, leaf=VALUE)

    def _weight(self, node: FieldNode, definition: GraphQLField, parent: GraphQLCompositeType) -> int:
        if parent.name.startswith("__"):
            if is_leaf_type(get_named_type(definition.type)):
                return self.leaf
            return WRAPPED if node.name.value == "ofType" else INTROSPECTED
        arguments = ARGUMENT * sum(self._values(argument.value) for argument in node.arguments or ())
        if is_leaf_type(get_named_type(definition.type)):
            return VALUE + arguments
        if is_paged(definition):
            return CONNECTION + arguments
        return (ROWS if parent.name.endswith(PAGES) else OBJECT) + arguments

    def _rows(self, node: FieldNode, definition: GraphQLField, parent: GraphQLCompositeType) -> float:
        """How often at most what is selected in a field is there; a connection counts for the lists in it."""
        if is_paged(definition):
            asked = [a.value for a in node.arguments or () if a.name.value in ("first", "last")]
            return max((self._number(value, MAX_PAGE) for value in asked), default=MAX_PAGE)
        if parent.name.endswith(PAGES) or not is_list(definition):
            return 1
        if any(name in definition.args for name in LISTED):
            return sum(self._listed(a.value) for a in node.arguments or () if a.name.value in LISTED)
        if parent.name.startswith("__"):
            return self.lengths.get(node.name.value, UNPAGED)
        return _declared(definition, "rows", UNPAGED)

    def _points(self, node: FieldNode) -> int:
        asked = [a.value for a in node.arguments or () if a.name.value == MOST]
        return max((self._number(value, MOST_POINTS) for value in asked), default=DEFAULT_POINTS)

    def _listed(self, value: ValueNode) -> int:
        """How many are given; one that stands alone is a list of one."""
        given = self._given(value)
        if isinstance(given, ListValueNode):
            return len(given.values)
        return len(given) if isinstance(given, list) else 1

    def _number(self, value: ValueNode, most: int) -> int:
        """A number that cannot be read, or is not given, counts as the largest."""
        given = self._given(value)
        if isinstance(given, IntValueNode):
            return max(0, min(int(given.value), most)) if len(given.value) <= len(str(most)) + 1 else most
        if isinstance(given, ValueNode):
            return 0
        return max(0, min(given, most)) if isinstance(given, int) else most

    def _values(self, value: ValueNode) -> int:
        """How many values an argument holds, its variables' included; the parser bounds how deep a literal is."""
        given = self._given(value)
        if isinstance(given, ListValueNode):
            return 1 + sum(self._values(inner) for inner in given.values)
        if isinstance(given, ObjectValueNode):
            return 1 + sum(self._values(inner.value) for inner in given.fields)
        return 1 if isinstance(given, ValueNode) else values_within(given)

    def _given(self, value: ValueNode) -> Any:
        return self.variables.get(value.name.value) if isinstance(value, VariableNode) else value


def _defaults(operation: OperationDefinitionNode) -> dict[str, Any]:
    declared = operation.variable_definitions or ()
    return {one.variable.name.value: one.default_value for one in declared if one.default_value is not None}


def _item(
    node: FieldNode, weight: int, children: tuple[Item, ...], definition: GraphQLField, rows: float
) -> Item:
    paged, flat = is_paged(definition), all(child.fixed for child in children)
    inner = sum(child.points for child in children)
    nodes = int(rows * ((1 if paged else 0) + sum(child.nodes for child in children)))
    return Item(
        key=_key(node),
        weight=weight,
        inner=inner,
        nodes=nodes,
        points=weight + ceil(rows * inner),
        flat=flat,
        fixed=not children or (flat and not paged and not is_list(definition)),
        streams=False,
        children=children,
        hidden=_declared(definition, "weight", 0),
    )


def _streams(node: FieldNode, weight: int, columns: tuple[Item, ...], values: int) -> Item:
    return Item(
        key=_key(node),
        weight=weight,
        inner=0,
        nodes=-(-values // VALUES_A_NODE),
        points=weight + _read(len(columns), values),
        flat=False,
        fixed=False,
        streams=True,
        children=columns,
    )


def _declared(definition: GraphQLField, name: str, otherwise: int) -> int:
    """What a field says of itself where it is made."""
    field = definition.extensions.get(DEFINITION)
    return int(field.metadata.get(name, otherwise)) if field else otherwise


def _lost(items: Iterable[Item], row: Any, path: Sequence[str | int], *, refused: bool) -> int:
    if not path or not isinstance(row, dict) or path[0] not in row:
        return 0
    name, rest = path[0], path[1:]
    return sum(item.lost(row[name], rest, refused=refused) for item in items if item.key == name)


def _read(columns: int, values: int) -> int:
    return COLUMN * columns + values // VALUES_A_NODE


def _length(column: Any) -> int:
    return len(column) if isinstance(column, list) else 1


def _key(node: FieldNode) -> str:
    return node.alias.value if node.alias else node.name.value


def is_paged(definition: GraphQLField) -> bool:
    return "first" in definition.args


def is_list(definition: GraphQLField) -> bool:
    kind = definition.type
    return is_list_type(kind.of_type if isinstance(kind, GraphQLNonNull) else kind)
