"""One operation from its document to its outcome: judged, paid for, executed within a deadline, and settled."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import ExecutionResult, GraphQLError, OperationDefinitionNode, OperationType, execute
from strawberry.execution import optimized_is_awaitable

from gateway.context import Context
from gateway.documents.library import Document, Library
from gateway.documents.prices import Failure, Price
from gateway.errors import is_bug, outage_among, word
from gateway.execution.executor import ColumnarExecutor
from gateway.limits import refusal
from gateway.purse import Purse, Throttled

OK = "ok"


@dataclass(frozen=True)
class Outcome:
    """`executed`: it has data, if only null. `status`: of HTTP, where the media type does not decide."""

    data: dict[str, Any] | None = None
    errors: Sequence[GraphQLError] = ()
    executed: bool = False
    extensions: Mapping[str, Any] = field(default_factory=dict)
    status: int | None = None
    retry_after: int | None = None

    @property
    def code(self) -> str:
        """Of its first error, or ok."""
        return str((self.errors[0].extensions or {}).get("code", "UNKNOWN")) if self.errors else OK

    def formatted(self) -> dict[str, Any]:
        """As the specification writes it: no data at all where nothing was executed."""
        answer: dict[str, Any] = {}
        if self.errors:
            answer["errors"] = [error.formatted for error in self.errors]
        if self.executed:
            answer["data"] = self.data
        if self.extensions:
            answer["extensions"] = self.extensions
        return answer


class Operations:
    """Executes the documents of one library."""

    def __init__(self, library: Library, *, deadline: float) -> None:
        self.library = library
        self._deadline = deadline

    async def run(
        self,
        document: Document,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
        context: Context,
        purse: Purse,
        *,
        event: Any = None,
    ) -> Outcome:
        """Nothing of it is executed unless it is valid, within the limits and paid for. `event`: a subscription's."""
        try:
            price = self.library.price(document, operation, variables)
            await purse.pay(price.points)
        except Throttled as error:
            told = {"cost": purse.told(0)}
            return Outcome(errors=[error], extensions=told, status=429, retry_after=error.retry_after)
        except GraphQLError as error:
            return Outcome(errors=[error])
        if operation.operation is OperationType.MUTATION:
            await context.renew()  # each mutation opens a unit of its own: nobody holds two connections
        try:
            async with asyncio.timeout(self._deadline):
                result = await self._executed(document, operation, variables, context, event)
        except TimeoutError:
            cost = {"cost": purse.told(purse.cost)}
            return Outcome(None, [self._late()], executed=True, extensions=cost, status=504)
        return await settled(result, price, purse, worked=context.worked)

    async def _executed(
        self,
        document: Document,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
        context: Context,
        event: Any,
    ) -> ExecutionResult:
        if document.node is None:
            raise LookupError("a document that could not be read")
        result = execute(
            self.library.schema,
            document.node,
            root_value=event,
            context_value=context,
            variable_values=dict(variables),
            operation_name=operation.name.value if operation.name else None,
            executor_class=ColumnarExecutor,
            is_awaitable=optimized_is_awaitable,  # type: ignore[arg-type]  # it narrows, and does not say so
            hide_suggestions=not self.library.suggestions,
            operation_extensions=None,
        )
        return result if isinstance(result, ExecutionResult) else await result

    def _late(self) -> GraphQLError:
        return refusal(
            "DEADLINE_EXCEEDED",
            f"This took longer than the {self._deadline:g} seconds allowed and was stopped; "
            "what a mutation had finished by then stays",
        )


async def settled(result: ExecutionResult, price: Price, purse: Purse, *, worked: int = 0) -> Outcome:
    """What was not used of the price comes back; all of it where the variables did not fit and nothing ran."""
    errors = result.errors or []
    failures = [Failure(error.path, refused=not is_bug(error)) for error in errors if error.path]
    for error in errors:
        word(error)
    executed = result.data is not None or not errors or bool(failures)
    actual = price.spent(result.data, failures, worked) if executed else 0
    await purse.settle(actual)
    cost, outage = {"cost": purse.told(actual)}, outage_among(errors)
    if outage is not None:
        return Outcome(result.data, errors, executed, cost, status=503, retry_after=outage.retry_after)
    return Outcome(result.data, errors, executed, cost)
