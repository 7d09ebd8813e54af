"""An operation as a stream of outcomes: a subscription's events, or the one answer of a query or mutation."""

from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from inspect import isawaitable
from typing import Any

from graphql import ExecutionResult, GraphQLError, OperationDefinitionNode, OperationType, subscribe

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
    """A subscription is paid for once, when it begins."""

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
                if operation.operation is OperationType.MUTATION:
                    await context.renew()
                with self._observer.observing(text, operation, context.viewer) as seen:
                    seen.outcome = await self._operations.run(
                        document, operation, asked.variables or {}, context, purse
                    )
                yield seen.outcome
                return
            price = self._operations.library.price(document, operation, asked.variables or {})
            await purse.pay(price.points)
            with (
                self._counted(purse.bucket),
                self._observer.observing(text, operation, context.viewer) as seen,
            ):
                async with aclosing(self._events(document, operation, asked, context)) as events:
                    async for seen.outcome in events:
                        yield seen.outcome
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
        self, document: Document, operation: OperationDefinitionNode, asked: Asked, context: Context
    ) -> AsyncGenerator[Outcome, None]:
        source = await self._subscribed(document, operation, asked, context)
        if isinstance(source, ExecutionResult):
            yield _outcome(source, executed=False)
            return
        try:
            async with aclosing(source):
                async for result in source:
                    yield _outcome(result)
        except Exception as error:  # noqa: BLE001  whatever ends the source is told as any resolver's error
            yield _outcome(ExecutionResult(None, [_located(error, operation)]))

    async def _subscribed(
        self, document: Document, operation: OperationDefinitionNode, asked: Asked, context: Context
    ) -> Any:
        assert document.node is not None, "a document without errors was read"  # noqa: S101
        source: Any = subscribe(
            self._operations.library.schema,
            document.node,
            context_value=context,
            variable_values=dict(asked.variables or {}),
            operation_name=operation.name.value if operation.name else None,
        )
        return await source if isawaitable(source) else source


def _outcome(result: ExecutionResult, *, executed: bool = True) -> Outcome:
    errors = result.errors or []
    for error in errors:
        word(error)
    return Outcome(result.data, errors, executed)


def _located(error: Exception, operation: OperationDefinitionNode) -> GraphQLError:
    if isinstance(error, GraphQLError):
        return error
    return GraphQLError(str(error), operation, original_error=error)
