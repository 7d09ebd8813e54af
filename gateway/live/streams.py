"""An operation as a stream of outcomes: a subscription's events, or the one answer of a query or mutation."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
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
from gateway.live.crowd import Crowd, Full
from gateway.observing import Observer
from gateway.operations import Operations, Outcome
from gateway.purse import Purse

MOST_AT_ONCE, MOST_OF_ALL = 50, 10_000
"""Subscriptions of one viewer and of all, in each server process."""
Told = Outcome | None
"""None says that a subscription has begun, though nothing happened yet."""


class Streams:
    """A subscription is priced when it begins, and each of its events paid for."""

    def __init__(self, texts: Texts, operations: Operations, observer: Observer) -> None:
        self._texts = texts
        self._operations = operations
        self._observer = observer
        self._running = Crowd()

    async def outcomes(self, asked: Asked, context: Context, purse: Purse) -> AsyncGenerator[Told, None]:
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
                if seen.outcome.executed:
                    await self._texts.executed(asked, text)
                yield seen.outcome
                return
            with self._running.seat(purse.bucket, of_one=MOST_AT_ONCE, of_all=MOST_OF_ALL):
                async with aclosing(
                    self._events(text, document, operation, asked, context, purse=purse)
                ) as events:
                    async for outcome in events:
                        yield outcome
        except Full:
            sentence = f"You have {MOST_AT_ONCE} subscriptions open: close one of them"
            yield Outcome(errors=[refusal("TOO_MANY_SUBSCRIPTIONS", sentence)])
        except GraphQLError as error:
            yield Outcome(errors=[error])

    async def _events(
        self,
        text: str,
        document: Document,
        operation: OperationDefinitionNode,
        asked: Asked,
        context: Context,
        *,
        purse: Purse,
    ) -> AsyncGenerator[Told, None]:
        """Each event is an operation of its own: paid for, within the deadline, and seen by the observer."""
        self._operations.library.price(document, operation, asked.variables or {})
        source, variables = await self._subscribed(document, operation, asked, context), asked.variables or {}
        if isinstance(source, ExecutionResult):
            yield _refused(source)
            return
        await self._texts.executed(asked, text)
        yield None
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
