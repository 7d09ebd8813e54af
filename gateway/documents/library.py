"""The latest documents, each of them parsed, judged and validated once, whoever sends it."""

from collections.abc import Mapping
from typing import Any

from graphql import (
    ASTValidationRule,
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    parse,
    specified_rules,
    validate,
)
from graphql.validation.rules.custom.no_schema_introspection import NoSchemaIntrospectionCustomRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from gateway.documents.persisted import digest_of
from gateway.documents.prices import Price, price_of
from gateway.documents.recent import Recent
from gateway.documents.repeats import check_repeats
from gateway.documents.sizes import check_size
from gateway.limits import REMEDY, Limits, check_variables, refusal, values_within

MOST_DOCUMENTS, MOST_TOKENS = 1000, 100_000
"""A token is about a kilobyte once it is parsed."""
MOST_PRICES, MOST_FIELDS = 5000, 100_000
"""Prices that are remembered, and the fields in all of them: each is a few hundred bytes."""
MOST_ERRORS = 20
RULES: tuple[type[ASTValidationRule], ...] = (*specified_rules, OneOfInputValidationRule)
ABORTED = {
    "tokens": ("TOO_MANY_TOKENS", "This document has more than the {limit} tokens allowed"),
    "comments": ("TOO_MANY_TOKENS", "This document has more than the {limit} comments allowed"),
    "deeply": ("TOO_DEEP", "This document is nested deeper than it can be read"),
}
"""What graphql-core's parser says when it gives up, by a word of it."""


class Document:
    """A document that was read; `errors` tell why it cannot be executed, if it cannot."""

    def __init__(self, text: str, node: DocumentNode | None, errors: list[GraphQLError]) -> None:
        self.digest = digest_of(text)
        self.node = node
        self.errors = errors
        self.fragments: dict[str, FragmentDefinitionNode] = {}
        self.operations: dict[str | None, OperationDefinitionNode] = {}
        for one in node.definitions if node else ():
            if isinstance(one, OperationDefinitionNode):
                self.operations[one.name.value if one.name else None] = one
            elif isinstance(one, FragmentDefinitionNode):
                self.fragments[one.name.value] = one

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The one that is meant: several and no name to choose by is an error in GraphQL."""
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        if name is not None and name in self.operations:
            return self.operations[name]
        if not self.operations:
            raise unresolved("This document has no operation")
        if name is None:
            raise unresolved("Pass an operationName: the document has several operations")
        raise unresolved("No operation of this document has the operationName given")


class Library:
    """Reads documents of one schema; whatever text is sent, it takes no longer than its limits let it."""

    def __init__(
        self,
        schema: GraphQLSchema,
        limits: Limits | None = None,
        *,
        introspection: bool = True,
        suggestions: bool = True,
    ) -> None:
        self.schema = schema
        self.limits = limits or Limits()
        self.suggestions = suggestions
        self._rules = RULES if introspection else (*RULES, NoSchemaIntrospectionCustomRule)
        self._known: Recent[str, Document] = Recent(most=MOST_DOCUMENTS, heaviest=MOST_TOKENS)
        self._prices: Recent[Any, Price] = Recent(most=MOST_PRICES, heaviest=MOST_FIELDS)

    def document(self, text: str) -> Document:
        known = self._known.get(text)
        if known is None:
            known = self._read(text)
            tokens = known.node.token_count if known.node else 0
            self._known.put(text, known, (tokens or 0) + len(text) // 1000 + 1)
        return known

    def price(
        self, document: Document, operation: OperationDefinitionNode, variables: Mapping[str, Any]
    ) -> Price:
        """What an operation asks for at most, worked out once for all variables that cost the same; raises the refusal
        of one that asks for too much.
        """
        check_variables(variables, self.limits)
        name = operation.name and operation.name.value
        key = (document.digest, name, *weights_of(operation, variables))
        price = self._prices.get(key)
        if price is None:
            price = price_of(self.schema, operation, document.fragments, variables)
            self._prices.put(key, price, price.size)
        self._check(price)
        return price

    def _read(self, text: str) -> Document:
        try:
            node = self._parsed(text)
            check_size(node, self.limits)
            check_repeats(node, self.limits)
        except GraphQLError as error:
            return Document(text, None, [coded(error, "GRAPHQL_PARSE_FAILED")])
        errors = validate(self.schema, node, self._rules, MOST_ERRORS, hide_suggestions=not self.suggestions)
        return Document(text, node, [coded(one, "GRAPHQL_VALIDATION_FAILED") for one in errors])

    def _parsed(self, text: str) -> DocumentNode:
        limits = self.limits
        if len(text) > limits.characters:
            raise refusal(
                "TOO_LONG", f"This document has more than the {limits.characters} characters allowed"
            )
        try:
            return parse(text, max_lexical_tokens=limits.tokens, max_comments=limits.tokens)
        except GraphQLSyntaxError as error:
            if "aborted" in error.message:
                code, sentence = next(ABORTED[key] for key in ABORTED if key in error.message)
                raise refusal(code, sentence.format(limit=limits.tokens)) from None
            raise

    def _check(self, price: Price) -> None:
        limits = self.limits
        if price.nodes > limits.nodes:
            raise refusal(
                "TOO_MANY_NODES",
                f"This query asks for up to {price.nodes} nodes, more than the {limits.nodes} allowed: {REMEDY}",
            )
        if price.points > limits.cost:
            raise refusal(
                "TOO_COMPLEX",
                f"This query costs up to {price.points} points, more than the {limits.cost} allowed: {REMEDY}",
            )


def weights_of(operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> list[Any]:
    """All that a price can depend on: each number itself, as it may be a page's size, how long each list is, and how
    much it and all others hold; None for what is not given, whose default counts.
    """
    names = (one.variable.name.value for one in operation.variable_definitions or ())
    return [_weight(variables[name]) if name in variables else None for name in names]


def _weight(given: Any) -> int | tuple[int, int]:
    if isinstance(given, int):
        return given
    return values_within(given), len(given) if isinstance(given, list) else 1


def coded(error: GraphQLError, code: str) -> GraphQLError:
    error.extensions = error.extensions or {"code": code}
    return error


def unresolved(sentence: str) -> GraphQLError:
    return refusal("OPERATION_RESOLUTION_FAILURE", sentence)
