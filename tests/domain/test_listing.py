"""Filtering and sorting: one meaning on both databases."""

import asyncio
import re
from datetime import date, timedelta
from uuid import UUID

import pytest

from domain import pai, users
from domain.errors import Invalid
from domain.jobs import desk
from domain.listing import Listing, Order
from domain.listing.compilation import MAX_VALUES
from domain.listing.filters import Compare, Every, Operator, Some
from tests.domain.listed import NOON, found, names, put_names, put_users, statements
from tests.domain.test_store import sqlite_only

pytestmark = pytest.mark.anyio


PATTERNS = [
    ("Åsa", {"Åsa"}, {"Åsa", "ÅSA", "åsa"}),
    ("å%", {"åsa"}, {"Åsa", "ÅSA", "åsa"}),
    ("_sa", {"Åsa", "åsa", "%sa"}, {"Åsa", "ÅSA", "åsa", "%sa"}),
    ("%", None, None),
    ("", set(), set()),
    ("\\%sa", set(), set()),
    ("a\\", {"a\\"}, {"a\\", "A\\"}),
    ("%\\", {"a\\", "A\\"}, {"a\\", "A\\"}),
    ("\\", set(), set()),
    ("a_c", {"abc", "a_c"}, {"abc", "a_c", "ABC"}),
    ("σας%", {"σας"}, {"σας", "ΣΑΣ", "ΣΑΣΑ"} - {"ΣΑΣΑ", "ΣΑΣ"}),
    ("a'b", {"a'b"}, {"a'b"}),
]


async def test_patterns_mean_the_same_on_both_databases(store):
    everybody = ["Åsa", "ÅSA", "åsa", "%sa", "a\\", "A\\", "abc", "ABC", "a_c", "a'b", "σας"]
    await put_names(store, *everybody, None)

    for pattern, like, ilike in PATTERNS:
        exactly = await names(store, Compare("first_name", Operator.LIKE, pattern))
        in_any_case = await names(store, Compare("first_name", Operator.ILIKE, pattern))

        assert set(exactly) == (set(everybody) if like is None else like), pattern
        assert set(in_any_case) == (set(everybody) if ilike is None else ilike), pattern


TEXT = [
    (Operator.EQUAL, "a", ["a"]),
    (Operator.NOT_EQUAL, "a", ["b", "é", None]),
    (Operator.IN, ("a", "b"), ["a", "b"]),
    (Operator.IN, (), []),
    (Operator.IN, "a", ["a"]),
    (Operator.NOT_IN, ("a", "b"), ["é", None]),
    (Operator.NOT_IN, (), ["a", "b", "é", None]),
    (Operator.LESS, "b", ["a"]),
    (Operator.LESS_OR_EQUAL, "b", ["a", "b"]),
    (Operator.GREATER, "b", ["é"]),
    (Operator.GREATER_OR_EQUAL, "b", ["b", "é"]),
]


async def test_every_operator_on_text_that_may_be_missing(store):
    await put_names(store, "a", "b", "é", None)

    for operator, value, expected in TEXT:
        assert await names(store, Compare("first_name", operator, value)) == expected, operator


@pytest.mark.parametrize(
    ("field", "low", "high"),
    [
        ("date_of_birth", date(1985, 1, 1), "1990-01-01"),
        ("created_at", NOON, "2024-06-02T14:00:00+02:00"),
        ("id", UUID(int=1), str(UUID(int=2))),
    ],
)
async def test_every_operator_on_every_other_kind(store, field, low, high):
    values = {"date_of_birth": date(1990, 1, 1), "created_at": NOON + timedelta(days=1), "id": UUID(int=2)}
    await put_users(store, {"first_name": "low", field: low}, {"first_name": "high", field: values[field]})
    expected = {
        Operator.EQUAL: ["high"],
        Operator.NOT_EQUAL: ["low"],
        Operator.LESS: ["low"],
        Operator.LESS_OR_EQUAL: ["high", "low"],
        Operator.GREATER: [],
        Operator.GREATER_OR_EQUAL: ["high"],
        Operator.IN: ["high"],
        Operator.NOT_IN: ["low"],
    }

    for operator, who in expected.items():
        assert await names(store, Compare(field, operator, high)) == who, operator


async def test_conditions_are_joined_by_and_and_or(store):
    await put_users(store, {"first_name": "a", "country": "NO"}, {"first_name": "b"}, {"first_name": "c"})
    a, b = (Compare("first_name", Operator.EQUAL, name) for name in "ab")

    assert await names(store, Some((a, b))) == ["a", "b"]
    assert await names(store, Every((Some((a, b)), Compare("country", Operator.EQUAL, "NO")))) == ["a"]


WRONG = [
    (users.COLUMNS, "nonsense", "x"),
    (users.COLUMNS, "first_name", "a\0b"),
    (users.COLUMNS, "first_name", "\ud800"),
    (users.COLUMNS, "first_name", 5),
    (users.COLUMNS, "first_name", None),
    (users.COLUMNS, "date_of_birth", "2024-02-30"),
    (users.COLUMNS, "date_of_birth", "yesterday"),
    (users.COLUMNS, "date_of_birth", 10**30),
    (users.COLUMNS, "created_at", "noon"),
    (users.COLUMNS, "created_at", "0001-01-01T00:00:00+14:00"),
    (users.COLUMNS, "created_at", "9999-12-31T23:59:59-12:00"),
    (users.COLUMNS, "created_at", 10**30),
    (pai.COLUMNS, "pai_score", "much"),
    (pai.COLUMNS, "pai_score", float("nan")),
    (pai.COLUMNS, "pai_score", "inf"),
    (pai.COLUMNS, "low_zone_lower_limit_bpm", 2**31),
    (pai.COLUMNS, "low_zone_lower_limit_bpm", 2**63),
    (pai.COLUMNS, "low_zone_lower_limit_bpm", 1.5),
    (desk.COLUMNS, "arguments", {}),
    (users.COLUMNS, "first_name", ["a"]),
]


async def test_a_value_a_field_cannot_have_is_refused_in_words(store):
    for columns, field, value in WRONG:
        for operator in (Operator.EQUAL, Operator.GREATER):
            with pytest.raises(Invalid) as error:
                await found(store, Listing(filter=Compare(field, operator, value)), columns)

            assert re.search(r"\w+ \w+ \w+", error.value.message)


async def test_patterns_are_for_text_only(store):
    for field in ("id", "created_at", "date_of_birth"):
        with pytest.raises(Invalid, match="text"):
            await found(store, Listing(filter=Compare(field, Operator.LIKE, "%")))


async def test_a_list_of_too_many_values_is_refused(store):
    values = tuple(f"{n}" for n in range(MAX_VALUES + 1))

    with pytest.raises(Invalid, match="at most"):
        await found(store, Listing(filter=Compare("first_name", Operator.IN, values)))


@pytest.mark.parametrize(("columns", "field"), [(users.COLUMNS, "nonsense"), (desk.COLUMNS, "arguments")])
async def test_a_field_that_cannot_be_sorted_by_is_refused(store, columns, field):
    with pytest.raises(Invalid, match="sorted"):
        await found(store, Listing(order=(Order(field),)), columns)


async def test_text_is_sorted_by_code_point_and_what_is_missing_comes_last(store):
    given = ["b", "B", "a", "_", "Å", "å", "Z", "10", "9", "", "ß", "😀", "\uffee"]
    await put_names(store, *given, None)

    assert await names(store) == [*sorted(given), None]
    assert await names(store, order=(Order("first_name", descending=True),)) == [None, *sorted(given)[::-1]]


async def test_a_field_named_twice_counts_where_it_is_named_first(store):
    await put_users(
        store,
        {"first_name": "a", "last_name": "2"},
        {"first_name": "a", "last_name": "1"},
        {"first_name": "b", "last_name": "0"},
    )
    order = (Order("first_name"), Order("last_name"), Order("first_name", descending=True))

    page = await found(store, Listing(order=order))

    assert [row.last_name for row in page.rows] == ["1", "2", "0"]


async def test_only_the_columns_asked_for_are_read(store):
    await put_names(store, "a")

    with statements(store) as seen:
        page = await found(
            store, Listing(fields=frozenset({"country"}), order=(Order("first_name"),), counted=False)
        )

    (statement,) = [text for text in seen if "FROM users" in text]
    assert set(page.rows[0]._fields) == {"id", "country", "first_name"}
    assert "last_name" not in statement


async def test_like_stays_case_sensitive_on_every_connection(store):
    sqlite_only(store)
    await put_names(store, "a", "A")

    async def ask() -> list:
        return await names(store, Compare("first_name", Operator.LIKE, "a"))

    assert await asyncio.gather(*(ask() for _ in range(8))) == [["a"]] * 8
