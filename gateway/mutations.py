"""Mutations: each is one unit of its own, and what a client can mend comes back in its payload."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import strawberry
from strawberry.utils.str_converters import to_camel_case

from domain.errors import DomainError, Forbidden, Unauthorized, Unavailable
from domain.unit import Unit
from gateway.context import Context

Result = TypeVar("Result")
Operation = Callable[[Unit], Awaitable[Result]]


@strawberry.type(description="Why a mutation changed nothing: one thing to mend.")
class UserError:
    field: str | None = strawberry.field(description="The input's field, as GraphQL spells it, if it is one.")
    code: str = strawberry.field(description="Stable, for programs.")
    message: str = strawberry.field(description="For a person: what to change.")


@strawberry.type
class Payload:
    """What a mutation's payload begins with."""

    user_errors: list[UserError] = strawberry.field(
        description="Empty when the mutation was carried out; otherwise nothing was changed.",
        default_factory=list,
    )


async def carried_out(
    info: strawberry.Info[Context, Any], operation: Operation[Result]
) -> tuple[Result | None, list[UserError]]:
    """Do it in a unit that commits before the payload is read, or leaves nothing behind and says why.

    Who may not do it at all, or came at a bad time, hears so as an error of the request: there is nothing in the
    input to mend.
    """
    context = info.context
    try:
        async with context.store.writing(context.viewer) as unit:
            result = await operation(unit)
    except (Unauthorized, Forbidden, Unavailable):
        raise
    except DomainError as error:
        return None, user_errors_of(error)
    await context.renew()
    return result, []


def given(input: Any) -> dict[str, Any]:
    """What the client wrote in an input of `Maybe`s, null included."""
    return {name: some.value for name, some in vars(input).items() if some is not None}


def user_errors_of(error: DomainError) -> list[UserError]:
    if not error.details:
        return [UserError(field=None, code=error.code, message=error.message)]
    return [
        UserError(
            field=to_camel_case(detail.field) if detail.field else None,
            code=detail.code,
            message=detail.message,
        )
        for detail in error.details
    ]
