"""How much one document may ask for, judged before any of it is executed."""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionNode,
    VariableNode,
)
from strawberry.extensions import SchemaExtension

MAX_PAGE = 100
CODE = "TOO_MANY_NODES"


class NodeLimiter(SchemaExtension):
    """Counts the nodes a document could return: a list's page size times what is asked of each of its rows.

    A page size it cannot read, such as a variable that was not given, counts as the largest.
    """

    def __init__(self, most: int) -> None:
        self.most = most

    def on_validate(self) -> Iterator[None]:
        yield
        context = self.execution_context
        document = context.graphql_document
        if document is None or context.pre_execution_errors:
            return
        fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        for operation in document.definitions:
            if isinstance(operation, OperationDefinitionNode):
                nodes = _nodes(operation.selection_set.selections, fragments, context.variables or {}, {})
                if nodes > self.most:
                    context.pre_execution_errors = [self._refusal(nodes)]

    def _refusal(self, nodes: int) -> GraphQLError:
        return GraphQLError(
            f"This query asks for up to {nodes} nodes, more than the {self.most} allowed: "
            "ask for smaller pages, or fewer lists inside lists",
            extensions={"code": CODE},
        )


def _nodes(
    selections: tuple[SelectionNode, ...],
    fragments: Mapping[str, FragmentDefinitionNode],
    variables: Mapping[str, Any],
    counted: dict[str, int],
) -> int:
    """Each fragment is counted once and remembered: spreading it many times costs the document, not this count."""
    total = 0
    for selection in selections:
        if isinstance(selection, FragmentSpreadNode):
            name = selection.name.value
            if name not in counted:
                counted[name] = 0
                fragment = fragments.get(name)
                inner = fragment.selection_set.selections if fragment else ()
                counted[name] = _nodes(tuple(inner), fragments, variables, counted)
            total += counted[name]
        elif isinstance(selection, InlineFragmentNode):
            total += _nodes(tuple(selection.selection_set.selections), fragments, variables, counted)
        elif isinstance(selection, FieldNode) and selection.selection_set:
            inner_nodes = _nodes(tuple(selection.selection_set.selections), fragments, variables, counted)
            size = _page_size(selection, variables)
            total += inner_nodes if size is None else size * (1 + inner_nodes)
    return total


def _page_size(field: FieldNode, variables: Mapping[str, Any]) -> int | None:
    """None for a field that is no list."""
    sizes = [a.value for a in field.arguments or () if a.name.value in ("first", "last")]
    if not sizes:
        return None
    read = [_whole(size, variables) for size in sizes]
    return max(min(size, MAX_PAGE) for size in read)


def _whole(value: Any, variables: Mapping[str, Any]) -> int:
    if isinstance(value, IntValueNode):
        return int(value.value) if len(value.value) <= len(str(MAX_PAGE)) else MAX_PAGE
    if isinstance(value, VariableNode):
        given = variables.get(value.name.value)
        return given if isinstance(given, int) else MAX_PAGE
    return 0
