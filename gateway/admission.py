"""Limits for whatever Strawberry executes itself: subscriptions, and operations over a WebSocket or SSE."""

from collections.abc import AsyncIterator, Iterator

import strawberry
from graphql import GraphQLError, GraphQLSchema
from strawberry.extensions import SchemaExtension
from strawberry.types import ExecutionContext

from gateway.errors import word


class Schema(strawberry.Schema):
    """Every error of its own executions passes here, whatever stage it comes from."""

    @property
    def graphql(self) -> GraphQLSchema:
        """graphql-core's own, which validates and executes."""
        return self._schema

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        del execution_context
        for error in errors:
            word(error)


class Admission(SchemaExtension):
    """The same library and the same purse as over HTTP; the context brings both."""

    def on_parse(self) -> Iterator[None]:
        running = self.execution_context
        document = running.context.library.document(running.query or "")
        if document.node is None:
            raise document.errors[0]
        running.graphql_document = document.node
        yield

    def on_validate(self) -> Iterator[None]:
        running = self.execution_context
        running.pre_execution_errors = running.context.library.document(running.query or "").errors
        yield

    async def on_execute(self) -> AsyncIterator[None]:
        """What is streamed is paid for once, when it begins."""
        running = self.execution_context
        library = running.context.library
        document = library.document(running.query or "")
        operation = document.operation(running._provided_operation_name)  # noqa: SLF001  no public way
        price = library.price(document, operation, running.variables or {})
        await running.context.purse.pay(price.points)
        yield
