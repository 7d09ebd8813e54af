"""The shorter way to execute answers as graphql-core does, value for value and error for error, and is really taken."""

import asyncio
import math
from datetime import date
from enum import Enum
from itertools import product
from types import SimpleNamespace
from typing import Any

import pytest
import strawberry
from strawberry.permission import BasePermission
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from gateway.execution.executor import ColumnarExecutor

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


@strawberry.enum
class Color(Enum):
    RED = "red"
    BLUE = "blue"


class OnlyEven(BasePermission):
    message = "odd ones are hidden"

    def has_permission(self, source, *_, **__):
        return source.id % 2 == 0


@strawberry.interface
class Named:
    name: str


@strawberry.type
class Toy(Named):
    name: str
    weight: float
    price: int | None
    color: Color
    made: date | None = None
    tags: list[str] = strawberry.field(resolver=lambda root: root.tags)

    @classmethod
    def is_type_of(cls, value, _):
        return isinstance(value, SimpleNamespace)


def toys_of(root: Any, most: int = 9) -> list[Toy]:
    return root.toys[:most]


async def later_toys_of(root: Any) -> list[Toy | None] | None:
    return root.toys


@strawberry.type
class Child:
    name: str
    good: bool
    height: float | None

    id: strawberry.ID = strawberry.field(resolver=lambda root: f"child-{root.id}")

    @strawberry.field
    def shout(self) -> str:
        return self.name.upper()

    @strawberry.field
    async def later(self) -> str:
        await asyncio.sleep(0)
        return self.name

    @strawberry.field(permission_classes=[OnlyEven])
    def secret(self) -> str | None:
        return "cake"

    toys: list[Toy] = strawberry.field(resolver=toys_of)
    maybe_toys: list[Toy | None] | None = strawberry.field(resolver=later_toys_of)


@strawberry.type
class Query:
    @strawberry.field
    def children(self, info: strawberry.Info) -> list[Child]:
        return info.context["children"]

    @strawberry.field
    def maybe(self, info: strawberry.Info) -> list[Child | None] | None:
        return info.context["children"]

    @strawberry.field
    def first(self, info: strawberry.Info) -> Child | None:
        return info.context["children"][0]

    @strawberry.field
    def named(self, info: strawberry.Info) -> list[Named]:
        return info.context["children"][0].toys


schema = strawberry.Schema(Query)


def toy(**changed):
    plain = {
        "name": "Bear",
        "weight": 1.5,
        "price": 3,
        "color": Color.RED,
        "made": date(2024, 1, 2),
        "tags": ["a"],
    }
    return SimpleNamespace(**plain | changed)


def child(number, **changed):
    plain = {
        "id": number,
        "name": f"Kid {number}",
        "good": True,
        "height": 1.2,
        "toys": [toy(), toy(price=None)],
    }
    return SimpleNamespace(**plain | changed)


QUERIES = [
    "{ children { name good height } }",
    "{ children { id name shout } }",
    "{ children { x: name y: name __typename ...F } } fragment F on Child { height name }",
    "query($s: Boolean!) { children { name @skip(if: $s) good @include(if: $s) height } }",
    "{ maybe { name good toys(most: 1) { name weight price color made } } }",
    "{ children { name maybeToys { name price color } later secret } }",
    "{ children { later name toys { tags name } secret } }",
    "{ first { name id height toys { __typename made } } }",
    "{ a: children { name } b: children { name good } maybe { id toys { name } t: toys(most: 1) { weight } } }",
    "{ named { name __typename ... on Toy { weight } } }",
    "{ maybe { __typename } }",
]
CHILDREN = {
    "as they should be": [child(1), child(2), child(3)],
    "nobody": [],
    "a null among them": [child(1), None],
    "an error among them": [child(1), ValueError("lost")],
    "a null where none may be": [child(1, name=None), child(2)],
    "a null that may be": [child(1, height=None), child(2)],
    "no such attribute": [SimpleNamespace(id=1, name="A", toys=[])],
    "an error for a value": [child(1, name=ValueError("lost")), child(2, height=KeyError("x"))],
    "not a number": [child(1, height=math.nan), child(2, height=math.inf)],
    "what can be coerced": [child(1, name=5, height=2, good=1), child(2, height="1.5", good=0)],
    "what cannot": [child(1, height="tall"), child(2, good="yes")],
    "a wide integer": [child(1, toys=[toy(price=2**40)]), child(2, toys=[toy(price=-(2**31))])],
    "a bool for an integer": [child(1, toys=[toy(price=True)])],
    "no such enum": [child(1, toys=[toy(color="green")])],
    "an enum's own value": [child(1, toys=[toy(color=Color.BLUE)])],
    "no date": [child(1, toys=[toy(made="yesterday"), toy(made=None)])],
    "another type": [child(1, toys=[object()])],
    "a null in an inner list": [child(1, toys=[toy(), None]), child(2)],
    "no list": 5,
    "a tuple": (child(1), child(2)),
    "a strange name": [child(1, name=type("Name", (str,), {})("sub"))],
}


class Counting(ColumnarExecutor):
    rows = 0

    def _of_rows(self, *arguments):
        done = super()._of_rows(*arguments)
        Counting.rows += len(done)
        return done


async def executed(executor, query, children):
    schema.execution_context_class = executor
    variables = {"s": True} if "$s" in query else None
    result = await schema.execute(query, variables, context_value={"children": children})
    return result.data, sorted(str(error.formatted) for error in result.errors or [])


async def test_both_ways_answer_alike_whatever_the_rows_hold():
    different = []
    for (name, children), query in product(CHILDREN.items(), QUERIES):
        expected = await executed(StrawberryGraphQLCoreExecutionContext, query, children)
        found = await executed(Counting, query, children)
        if found != expected or str(found) != str(expected):
            different.append((name, query, expected, found))

    assert different == []
    assert Counting.rows > 200, "nothing was read by the column"


async def test_the_order_is_that_of_the_question():
    data, _ = await executed(ColumnarExecutor, "{ children { later name secret id good } }", [child(2)])

    assert list(data["children"][0]) == ["later", "name", "secret", "id", "good"]


async def test_what_came_before_decides_nothing():
    """Shapes are shared by operations: the same names of another type, or of other fields, are other shapes."""
    await executed(ColumnarExecutor, "{ children { x: name } }", [child(1)])
    data, errors = await executed(
        ColumnarExecutor, "{ children { x: height } named { x: name } }", [child(1)]
    )

    assert (data, errors) == ({"children": [{"x": 1.2}], "named": [{"x": "Bear"}, {"x": "Bear"}]}, [])
