"""An operation as a stream of outcomes: a subscription's events, or the one answer of a query or mutation."""

from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from inspect import isawaitable
from typing import Any

from graphql import (
    ExecutionResult,
    Executor,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    create_source_event_stream,
)

from gateway.context import Context
from gateway.documents.library import Document
from gateway.documents.texts import Texts
from gateway.errors import word
from gateway.http.asking import Asked
from gateway.limits import refusal
from gateway.observing import Observer
from gateway.operations import Operations, Outcome
from gateway.purse import Purse

MOST_AT_ONCE = 50
"""Of one viewer, in each server process."""


class Streams:
    """A subscription is priced when it begins, and each of its events paid for."""

    def __init__(self, texts: Texts, operations: Operations, observer: Observer) -> None:
        self._texts = texts
        self._operations = operations
        self._observer = observer
        self._running: Counter[str] = Counter()

    async def outcomes(self, asked: Asked, context: Context, purse: Purse) -> AsyncGenerator[Outcome, None]:
        text = await self._texts.text_of(asked)
        document = self._operations.library.document(text)
        try:
            if document.errors:
                yield Outcome(errors=document.errors)
                return
            operation = document.operation(asked.operation_name)
            if operation.operation is not OperationType.SUBSCRIPTION:
                with self._observer.observing(text, operation, context.viewer) as seen:
                    seen.outcome = await self._operations.run(
                        document, operation, asked.variables or {}, context, purse
                    )
                yield seen.outcome
                return
            with self._counted(purse.bucket):
                async with aclosing(
                    self._events(text, document, operation, asked, context, purse=purse)
                ) as events:
                    async for outcome in events:
                        yield outcome
        except GraphQLError as error:
            yield Outcome(errors=[error])

    @contextmanager
    def _counted(self, bucket: str) -> Iterator[None]:
        if self._running[bucket] >= MOST_AT_ONCE:
            sentence = f"You have {MOST_AT_ONCE} subscriptions open: close one of them"
            raise refusal("TOO_MANY_SUBSCRIPTIONS", sentence)
        self._running[bucket] += 1
        try:
            yield
        finally:
            self._running[bucket] -= 1
            if not self._running[bucket]:
                del self._running[bucket]

    async def _events(
        self,
        text: str,
        document: Document,
        operation: OperationDefinitionNode,
        asked: Asked,
        context: Context,
        *,
        purse: Purse,
    ) -> AsyncGenerator[Outcome, None]:
        """Each event is an operation of its own: paid for, within the deadline, and seen by the observer."""
        self._operations.library.price(document, operation, asked.variables or {})
        source, variables = await self._subscribed(document, operation, asked, context), asked.variables or {}
        if isinstance(source, ExecutionResult):
            yield _refused(source)
            return
        try:
            async with aclosing(source):
                async for event in source:
                    with self._observer.observing(text, operation, context.viewer) as seen:
                        run = self._operations.run(
                            document, operation, variables, context, purse, event=event
                        )
                        outcome = seen.outcome = await run
                    yield outcome
                    if outcome.status is not None:
                        return
        except Exception as error:  # noqa: BLE001  whatever ends the source is told as any resolver's error
            yield _ended(_located(error, operation))

    async def _subscribed(
        self, document: Document, operation: OperationDefinitionNode, asked: Asked, context: Context
    ) -> Any:
        assert document.node is not None, "a document without errors was read"  # noqa: S101
        executor = Executor.build(
            self._operations.library.schema,
            document.node,
            context_value=context,
            raw_variable_values=dict(asked.variables or {}),
            operation_name=operation.name.value if operation.name else None,
            hide_suggestions=not self._operations.library.suggestions,
        )
        if isinstance(executor, list):
            return ExecutionResult(None, executor)
        source: Any = create_source_event_stream(executor)
        return await source if isawaitable(source) else source


def _refused(result: ExecutionResult) -> Outcome:
    for error in result.errors or []:
        word(error)
    return Outcome(errors=result.errors or [])


def _ended(error: GraphQLError) -> Outcome:
    word(error)
    return Outcome(errors=[error], executed=True)


def _located(error: Exception, operation: OperationDefinitionNode) -> GraphQLError:
    if isinstance(error, GraphQLError):
        return error
    return GraphQLError(str(error), operation, original_error=error)
