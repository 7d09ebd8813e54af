"""How large a document is by its syntax alone, judged before it is validated.

A fragment is judged once, however often it is spread: no document takes longer to judge here than to read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    TokenKind,
)

from gateway.limits import Limits, refusal

LENGTHY = {TokenKind.NAME, TokenKind.INT, TokenKind.FLOAT}
REFUSALS = {
    "nesting": ("TOO_DEEP", "Selections and fragments are nested deeper than the {limit} levels allowed"),
    "depth": ("TOO_DEEP", "This query is nested deeper than the {limit} levels allowed"),
    "aliases": ("TOO_MANY_ALIASES", "This query has more than the {limit} aliases allowed"),
    "root_fields": (
        "TOO_MANY_ROOT_FIELDS",
        "This query selects more than the {limit} fields allowed at its top",
    ),
    "directives": ("TOO_MANY_DIRECTIVES", "This query has more than the {limit} directives allowed"),
    "fields": (
        "TOO_MANY_FIELDS",
        "This query selects more than the {limit} fields allowed, counting a fragment's each time it is spread",
    ),
}


@dataclass(frozen=True)
class Size:
    """Of a selection, all fragments spread out."""

    nesting: int = 0
    depth: int = 0
    aliases: int = 0
    directives: int = 0
    fields: int = 0
    root_fields: int = 0

    def __add__(self, other: "Size") -> "Size":
        return Size(
            max(self.nesting, other.nesting),
            max(self.depth, other.depth),
            self.aliases + other.aliases,
            self.directives + other.directives,
            self.fields + other.fields,
            self.root_fields + other.root_fields,
        )


NOTHING = Size()


def check_size(document: DocumentNode, limits: Limits) -> None:
    """Raise the refusal that names the first limit this document breaks."""
    check_words(document, limits)
    check_definitions(document, limits)
    size = size_of(document, limits)
    for one in fields(size):
        limit = getattr(limits, one.name)
        if getattr(size, one.name) > limit:
            raise _refusal(one.name, limit)


def _refusal(name: str, limit: int) -> GraphQLError:
    code, sentence = REFUSALS[name]
    return refusal(code, sentence.format(limit=limit))


def check_words(document: DocumentNode, limits: Limits) -> None:
    """Names and numbers come back in errors, and a number of many digits is slow to read."""
    token = document.loc.start_token if document.loc else None
    while token is not None:
        if token.kind in LENGTHY and token.end - token.start > limits.name_characters:
            raise refusal(
                "TOO_LONG_NAME",
                f"A name or number has more than the {limits.name_characters} characters allowed",
            )
        token = token.next


def check_definitions(document: DocumentNode, limits: Limits) -> None:
    operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    if len(operations) > limits.operations:
        raise refusal(
            "TOO_MANY_OPERATIONS", f"This document has more than the {limits.operations} operations allowed"
        )
    if len(document.definitions) - len(operations) > limits.fragments:
        raise refusal(
            "TOO_MANY_FRAGMENTS", f"This document defines more than the {limits.fragments} fragments allowed"
        )
    if any(len(one.variable_definitions or ()) > limits.variables for one in operations):
        raise refusal(
            "TOO_MANY_VARIABLES", f"An operation declares more than the {limits.variables} variables allowed"
        )


def size_of(document: DocumentNode, limits: Limits) -> Size:
    """All operations of a document together, whichever is to be executed: validation reads them all."""
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    meter = _Meter(fragments, limits)
    operations = (d for d in document.definitions if isinstance(d, OperationDefinitionNode))
    total = NOTHING
    for operation in operations:
        declared = sum(len(one.directives or ()) for one in operation.variable_definitions or ())
        own = Size(directives=declared + len(operation.directives or ()))
        total += own + meter.of_set(operation.selection_set)
    unused = [meter.of_fragment(name) for name in fragments if name not in meter.known]
    return sum((replace(size, root_fields=0) for size in unused), total)


@dataclass
class _Meter:
    """Fragments that are unknown or spread themselves have no size here: validation refuses them."""

    fragments: Mapping[str, FragmentDefinitionNode]
    limits: Limits
    known: dict[str, Size] = field(default_factory=dict)
    nesting: int = 0

    def of_set(self, selections: SelectionSetNode | None) -> Size:
        if selections is None:
            return NOTHING
        self.nesting += 1
        if self.nesting > self.limits.nesting:
            raise _refusal("nesting", self.limits.nesting)
        size = sum((self._of(selection) for selection in selections.selections), NOTHING)
        self.nesting -= 1
        return replace(size, nesting=size.nesting + 1)

    def of_fragment(self, name: str) -> Size:
        if name not in self.known:
            self.known[name] = NOTHING
            if fragment := self.fragments.get(name):
                own = Size(directives=len(fragment.directives or ()))
                self.known[name] = own + self.of_set(fragment.selection_set)
        return self.known[name]

    def _of(self, selection: SelectionNode) -> Size:
        own = Size(directives=len(selection.directives or ()))
        if isinstance(selection, FragmentSpreadNode):
            return own + self.of_fragment(selection.name.value)
        inner = self.of_set(getattr(selection, "selection_set", None))
        return own + (self._of_field(selection, inner) if isinstance(selection, FieldNode) else inner)

    def _of_field(self, node: FieldNode, inner: Size) -> Size:
        """Introspection is nested as deep as its tools need; validation bounds it."""
        introspective = node.name.value.startswith("__")
        return Size(
            nesting=inner.nesting,
            depth=0 if introspective or not node.selection_set else 1 + inner.depth,
            aliases=inner.aliases + (node.alias is not None),
            root_fields=1,
            directives=inner.directives,
            fields=1 + inner.fields,
        )
