"""Mutations: each is one unit of its own, done once for each idempotency key, and what a client can mend comes back."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import partial
from inspect import Parameter, Signature, getdoc, signature
from types import MappingProxyType
from typing import Annotated, Any, TypeVar
from uuid import UUID

import strawberry
from pydantic import TypeAdapter
from strawberry.types import get_object_definition, has_object_definition
from strawberry.types.base import StrawberryContainer
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.utils.str_converters import to_camel_case

from domain import idempotency
from domain.errors import Detail, DomainError, Forbidden, Unauthorized, Unavailable
from domain.idempotency import Request
from domain.pings import Rejected
from domain.unit import Unit
from domain.viewer import Scope
from gateway.context import RESOLVER, Context

Info = strawberry.Info[Context, None]
Result = TypeVar("Result")
Operation = Callable[[Unit], Awaitable[Result]]
INPUT = strawberry.argument(description="What it is to be; see its fields.")
IdempotencyKey = Annotated[
    str | None,
    strawberry.argument(
        description="Any text of your own, such as a UUID. Sent again within a day with the same input it changes "
        "nothing more and answers what it did the first time; with another input it is refused."
    ),
]


@dataclass(frozen=True)
class Outcome:
    """What a mutation leaves for its payload to read; small, since it is kept with its idempotency key."""

    id: UUID | None = None
    secret: str | None = None
    count: int | None = None
    rejected: tuple[Rejected, ...] = ()


OUTCOME = TypeAdapter(Outcome)
NOTHING: Mapping[str, str] = MappingProxyType({})


@strawberry.type(description="Why a mutation changed nothing: one thing to mend.")
class UserError:
    field: str | None = strawberry.field(description="The input's field, as GraphQL spells it, if it is one.")
    code: str = strawberry.field(description="Stable, for programs.")
    message: str = strawberry.field(description="For a person: what to change.")


@strawberry.type
class Payload:
    """What a mutation's payload begins with."""

    outcome: strawberry.Private[Outcome | None] = None
    user_errors: list[UserError] = strawberry.field(
        description="Empty when the mutation was carried out; otherwise nothing was changed.",
        default_factory=list,
    )


def mutation(
    payload: type[Payload],
    scope: Scope,
    *others: Scope,
    prepare: Callable[..., Awaitable[Any]] | None = None,
    weight: int = 0,
    spelled: Mapping[str, str] = NOTHING,
) -> Any:
    """A mutation out of an operation `(self, unit, arguments…)`, whose docstring describes it.

    It returns the id of what it changed, an Outcome, or nothing. Whoever has neither `scope` nor one of the others is
    refused before a unit is opened, which on SQLite would hold up everybody who writes. `prepare`: slow work while no
    unit is open, of the context and the arguments; its result is the operation's `prepared`. `weight`: how many points
    it adds to `context.worked` at most. `spelled`: a vendor's names of fields, by whose bounds input is judged → ours.
    """

    def declare(operation: Callable[..., Awaitable[Any]]) -> Any:
        name = to_camel_case(operation.__name__)

        async def resolve(root: Any, info: Info, idempotency_key: str | None = None, **given: Any) -> Any:
            asked = f"{name} {sorted(given.items())!r}"
            request = None if idempotency_key is None else Request(idempotency_key, asked)

            async def work() -> Outcome:
                ready = {"prepared": await prepare(info.context, **given)} if prepare else {}
                return await carried_out(info, partial(operation, root, **given, **ready), request)

            info.context.viewer.require(scope, *others)
            return await _answered(payload, work, spelled, given)

        resolve.__signature__ = _signature(operation)  # type: ignore[attr-defined]
        graphql_type: Any = payload | None
        return strawberry.mutation(
            resolver=resolve,
            description=getdoc(operation),
            graphql_type=graphql_type,
            metadata={"weight": weight},
        )

    return declare


async def _answered(
    payload: type[Payload],
    work: Callable[[], Awaitable[Outcome]],
    spelled: Mapping[str, str],
    given: Mapping[str, Any],
) -> Payload:
    """What is wrong with the input, and with whom it names, is told in the payload; else it is the request's error."""
    try:
        return payload(outcome=await work())
    except (Unauthorized, Unavailable):
        raise
    except DomainError as error:
        if isinstance(error, Forbidden) and not error.details:
            raise
        return payload(user_errors=user_errors_of(error, spelled, values_of(given)))


def _signature(operation: Callable[..., Any]) -> Signature:
    """The operation's own arguments between those that Strawberry gives and the idempotency key."""
    given = [one for one in signature(operation).parameters.values() if one.name != "prepared"][2:]
    return Signature(
        [
            *RESOLVER,
            *map(_argument, given),
            Parameter("idempotency_key", Parameter.KEYWORD_ONLY, default=None, annotation=IdempotencyKey),
        ]
    )


def _argument(one: Parameter) -> Parameter:
    """An input object describes itself, field by field; the argument that holds it says no more."""
    annotation = Annotated[one.annotation, INPUT] if one.name == "input" else one.annotation
    return one.replace(kind=Parameter.KEYWORD_ONLY, annotation=annotation)


async def carried_out(info: Info, operation: Operation[Any], request: Request | None = None) -> Outcome:
    """Do it in a unit that commits before the payload is read, or leaves nothing behind."""
    context = info.context
    async with context.store.writing(context.viewer) as unit:
        outcome = await _done(unit, operation, request)
    await context.renew()
    return outcome


async def _done(unit: Unit, operation: Operation[Any], request: Request | None) -> Outcome:
    async def work() -> Outcome:
        result = await operation(unit)
        return result if isinstance(result, Outcome) else Outcome(id=result)

    async def written() -> bytes:
        return OUTCOME.dump_json(await work())

    if request is None:
        return await work()
    return OUTCOME.validate_json(await idempotency.once(unit, request, written))


def given(input: Any) -> dict[str, Any]:
    """What the client wrote in an input, null included where it means something, as JSON has it."""
    return {
        name: _plain(value) for name, value in vars(input).items() if value not in (None, strawberry.UNSET)
    }


def _plain(value: Any) -> Any:
    if isinstance(value, strawberry.Some):
        return _plain(value.value)
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return given(value) if has_object_definition(value) else value


def values_of(given: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Fields of the inputs that take one of a closed set: what the domain calls each value → its name in GraphQL."""
    inputs = [one for one in given.values() if has_object_definition(one)]
    fields = [field for one in inputs for field in get_object_definition(one, strict=True).fields]
    enums = {to_camel_case(field.python_name): _enum_of(field.type) for field in fields}
    return {
        name: {str(value.value): value.name for value in enum}
        for name, enum in enums.items()
        if enum is not None
    }


def _enum_of(kind: Any) -> Any:
    while isinstance(kind, StrawberryContainer):
        kind = kind.of_type
    return kind.wrapped_cls if isinstance(kind, StrawberryEnumDefinition) else None


def _respelled(sentence: str, spelled: Mapping[str, str]) -> str:
    for theirs, ours in spelled.items():
        sentence = re.sub(rf"(?<![\w.]){re.escape(theirs)}\b", ours, sentence)
    return sentence


def user_errors_of(
    error: DomainError,
    spelled: Mapping[str, str] = NOTHING,
    values: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
) -> list[UserError]:
    """`values`: what a field takes, in the domain's words → in GraphQL's."""
    if not error.details:
        return [UserError(field=None, code=error.code, message=_respelled(error.message, spelled))]
    return [_user_error(detail, spelled, values) for detail in error.details]


def _user_error(
    detail: Detail, spelled: Mapping[str, str], values: Mapping[str, Mapping[str, str]]
) -> UserError:
    name = to_camel_case(detail.field) if detail.field else None
    name = name and spelled.get(name, name)
    return UserError(
        field=name, code=detail.code, message=_respelled(detail.message, values.get(name or "", NOTHING))
    )
