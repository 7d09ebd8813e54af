"""How much one document may ask for, judged by its syntax alone, before it is validated or executed.

A fragment is judged once, however often it is spread: no document takes longer to judge than to read.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    IntValueNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
)
from strawberry.extensions import SchemaExtension

from domain.streams import MOST_POINTS

MAX_PAGE = 100
DEFAULT_POINTS = 1000
REMEDY = "ask for smaller pages, fewer lists inside lists, or fewer fields"
LIST, OBJECT, ROWS, VALUE, ARGUMENT = 80, 35, 5, 1, 40
"""What fields weigh, by measured time (5 µs each): a connection, a relation, a connection's own fields, a plain
value; and each value of an argument, which is read anew for every row.
"""
COLUMN, VALUES_A_NODE = 40, 20
"""Streams: what reading one column weighs, and how many of its values cost as much as a node's plain value."""
STREAMS = "streams"
OF_CONNECTIONS = frozenset({"nodes", "edges", "node", "pageInfo"})
MAX_NESTING = 50
"""Of selections and fragments in each other, so that no recursion meets the interpreter's limit."""


@dataclass(frozen=True)
class Limits:
    """`fields`: once fragments are spread out. `complexity`: what each field weighs times the rows it is asked for."""

    depth: int = 10
    aliases: int = 15
    fields: int = 500
    nodes: int = 10_000
    complexity: int = 150_000
    variable_values: int = 2000


@dataclass(frozen=True)
class Cost:
    """What a selection asks for at most."""

    depth: int = 0
    aliases: int = 0
    fields: int = 0
    nodes: int = 0
    complexity: int = 0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(
            max(self.depth, other.depth),
            self.aliases + other.aliases,
            self.fields + other.fields,
            self.nodes + other.nodes,
            self.complexity + other.complexity,
        )


NOTHING = Cost()


class DocumentLimiter(SchemaExtension):
    """Refuses a document that asks for too much, naming the limit; it is neither validated nor executed then."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits

    def on_validate(self) -> Iterator[None]:
        context = self.execution_context
        definitions = context.graphql_document.definitions if context.graphql_document else ()
        variables = context.variables or {}
        try:
            check_variables(variables, self.limits)
            check(cost_of(definitions, variables), self.limits)
        except GraphQLError as error:
            context.pre_execution_errors = [error]
        yield


def check(cost: Cost, limits: Limits) -> None:
    if cost.depth > limits.depth:
        raise refusal("TOO_DEEP", f"This query is nested deeper than the {limits.depth} levels allowed")
    if cost.aliases > limits.aliases:
        raise refusal("TOO_MANY_ALIASES", f"This query has more than the {limits.aliases} aliases allowed")
    if cost.fields > limits.fields:
        raise refusal(
            "TOO_MANY_FIELDS",
            f"This query selects more than the {limits.fields} fields allowed, "
            "counting a fragment's each time it is spread",
        )
    if cost.nodes > limits.nodes:
        raise refusal(
            "TOO_MANY_NODES",
            f"This query asks for up to {cost.nodes} nodes, more than the {limits.nodes} allowed: {REMEDY}",
        )
    if cost.complexity > limits.complexity:
        raise refusal(
            "TOO_COMPLEX",
            f"This query's complexity is up to {cost.complexity}, more than the {limits.complexity} allowed: {REMEDY}",
        )


def check_variables(variables: Mapping[str, Any], limits: Limits) -> None:
    """A document's literals are bounded by its tokens, the values of its variables here."""
    if values_within(variables) > limits.variable_values:
        raise refusal(
            "TOO_MANY_VARIABLE_VALUES",
            f"The variables hold more than the {limits.variable_values} values allowed",
        )


def values_within(given: Any) -> int:
    """How many values JSON holds, itself included."""
    count, waiting = 0, [given]
    while waiting:
        value = waiting.pop()
        count += 1
        if isinstance(value, dict | list):
            waiting.extend(value.values() if isinstance(value, dict) else value)
    return count


def cost_of(definitions: Iterable[Any], variables: Mapping[str, Any]) -> Cost:
    """All operations of a document together, whichever is to be executed."""
    definitions = list(definitions)
    fragments = {d.name.value: d for d in definitions if isinstance(d, FragmentDefinitionNode)}
    meter = _Meter(fragments, variables)
    operations = (d for d in definitions if isinstance(d, OperationDefinitionNode))
    return sum((meter.of_set(operation.selection_set) for operation in operations), NOTHING)


def refusal(code: str, sentence: str) -> GraphQLError:
    return GraphQLError(sentence, extensions={"code": code})


@dataclass
class _Meter:
    """Fragments that are unknown or spread themselves cost nothing here: validation refuses them."""

    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]
    known: dict[str, Cost] = field(default_factory=dict)
    nesting: int = 0

    def of_set(self, selections: SelectionSetNode | None) -> Cost:
        if selections is None:
            return NOTHING
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise refusal("TOO_DEEP", f"Selections and fragments are nested deeper than {MAX_NESTING} levels")
        cost = sum((self._of(selection) for selection in selections.selections), NOTHING)
        self.nesting -= 1
        return cost

    def _of(self, selection: SelectionNode) -> Cost:
        if isinstance(selection, FragmentSpreadNode):
            return self._of_fragment(selection.name.value)
        selections: SelectionSetNode | None = getattr(selection, "selection_set", None)
        inner = self.of_set(selections)
        return self._of_field(selection, inner) if isinstance(selection, FieldNode) else inner

    def _of_fragment(self, name: str) -> Cost:
        if name not in self.known:
            self.known[name] = NOTHING
            fragment = self.fragments.get(name)
            self.known[name] = self.of_set(fragment.selection_set) if fragment else NOTHING
        return self.known[name]

    def _of_field(self, node: FieldNode, inner: Cost) -> Cost:
        """Introspection is nested as deep as its tools need; validation bounds it."""
        size = self._page_size(node)
        values = self._points(node) * inner.fields
        introspective = node.name.value.startswith("__")
        arguments = sum(self._values(argument.value) for argument in node.arguments or ())
        return Cost(
            depth=0 if introspective or not node.selection_set else 1 + inner.depth,
            aliases=inner.aliases + (node.alias is not None),
            fields=1 + inner.fields,
            nodes=-(-values // VALUES_A_NODE) + (inner.nodes if size is None else size * (1 + inner.nodes)),
            complexity=_weight(node, size)
            + (COLUMN * inner.fields + values // VALUES_A_NODE if values else 0)
            + ARGUMENT * arguments
            + inner.complexity * (1 if size is None else size),
        )

    def _page_size(self, node: FieldNode) -> int | None:
        """None for a field that is no list. A size that cannot be read, or is not given, counts as the largest."""
        return max(self._whole(node, {"first", "last"}, MAX_PAGE), default=None)

    def _points(self, node: FieldNode) -> int:
        """0 for a field that is no streams."""
        if node.name.value != STREAMS:
            return 0
        return max(self._whole(node, {"maxPoints"}, MOST_POINTS), default=DEFAULT_POINTS)

    def _whole(self, node: FieldNode, names: set[str], most: int) -> list[int]:
        values = [argument.value for argument in node.arguments or () if argument.name.value in names]
        return [max(0, min(self._number(value, most), most)) for value in values]

    def _number(self, value: ValueNode, most: int) -> int:
        if isinstance(value, IntValueNode):
            return int(value.value) if len(value.value) <= len(str(most)) else most
        given = self.variables.get(value.name.value) if isinstance(value, VariableNode) else 0
        return given if isinstance(given, int) else most

    def _values(self, value: ValueNode) -> int:
        """How many values an argument holds, its variables' included; the parser bounds how deep a literal is."""
        if isinstance(value, VariableNode):
            return values_within(self.variables.get(value.name.value))
        if isinstance(value, ListValueNode):
            return 1 + sum(self._values(inner) for inner in value.values)
        if isinstance(value, ObjectValueNode):
            return 1 + sum(self._values(inner.value) for inner in value.fields)
        return 1


def _weight(node: FieldNode, size: int | None) -> int:
    if size is not None:
        return LIST
    if not node.selection_set:
        return VALUE
    return ROWS if node.name.value in OF_CONNECTIONS else OBJECT
