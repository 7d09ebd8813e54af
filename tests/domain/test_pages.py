"""Pages that neither overlap nor leave out, of one list and of many at once."""

import asyncio
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, true
from sqlmodel import col

from domain import activities, pai
from domain.errors import Invalid
from domain.listing import Listing, Order, Page, page_of
from domain.listing.batches import pages_by
from domain.listing.cursors import Cursor
from domain.listing.filters import Compare, Operator
from domain.pai import PaiSummary
from domain.settings import Settings
from domain.store import Store
from domain.users import User
from tests import databases
from tests.domain.listed import NOON, STAMPS, found, put_names, put_users, statements

pytestmark = pytest.mark.anyio


async def test_a_page_knows_the_whole(store):
    await put_users(store, *({"modified_at": NOON + timedelta(days=n)} for n in range(5)))

    page = await found(store, Listing(limit=2, offset=1))

    assert (len(page.rows), page.total, page.offset, page.limit, page.more) == (2, 5, 1, 2, True)
    assert page.newest == NOON + timedelta(days=4)
    assert not (await found(store, Listing(limit=4, offset=1))).more


LONG = "x" * 8000


FORGED = [
    "",
    "nonsense",
    "bnVsbA",
    "ÅÅÅ",
    "W10",
    "WzFd",
    "[]",
    "A" * 1_000_000,
    "W" * 5000,
    "eyJhIjoxfQ",
    "\ud800",
]


async def test_a_cursor_nobody_gave_out_is_refused(store):
    for text in FORGED:
        with pytest.raises(Invalid):
            await found(store, Listing(cursor=Cursor.read(text)))


async def test_a_cursor_of_another_order_or_with_other_values_is_refused(store):
    await put_names(store, "a", "b")
    page = await found(store, Listing(order=(Order("first_name"),)))
    foreign = Cursor.read(page.cursor_of(page.rows[0]))

    for listing in (
        Listing(cursor=foreign),
        Listing(cursor=foreign, order=(Order("date_of_birth"),)),
        Listing(cursor=Cursor(("a\0", str(uuid4()))), order=(Order("first_name"),)),
        Listing(cursor=Cursor((["a"], str(uuid4()))), order=(Order("first_name"),)),
        Listing(cursor=Cursor(("0001-01-01T00:00:00+14:00", str(uuid4()))), order=(Order("created_at"),)),
    ):
        with pytest.raises(Invalid):
            await found(store, listing)


async def test_a_cursor_of_a_long_value_can_be_given_back(store):
    await put_names(store, LONG, LONG + "y")
    page = await found(store, Listing(order=(Order("first_name"),), limit=1))

    cursor = Cursor.read(page.cursor_of(page.rows[0]))

    following = await found(store, Listing(order=(Order("first_name"),), cursor=cursor))
    assert [row.first_name for row in following.rows] == [LONG + "y"]


@pytest.fixture(scope="module")
def with_store(sqlite_template) -> Callable:
    """Runs something in a SQLite database of its own, in memory; hypothesis asks for many."""

    def run(job) -> None:
        async def inside(directory: str) -> None:
            url = databases.copied(sqlite_template, Path(directory) / "gateway.db")
            store = Store(Settings(data_dir=Path(directory), database_url=url))
            await job(store)
            await store.close()

        with tempfile.TemporaryDirectory(dir="/dev/shm") as directory:
            asyncio.run(inside(directory))

    return run


PEOPLE = st.lists(
    st.fixed_dictionaries(
        {
            "first_name": st.sampled_from([None, "", "a", "A", "b", "å"]),
            "date_of_birth": st.sampled_from([None, date(1985, 2, 1), date(1990, 1, 1)]),
            "created_at": st.sampled_from([NOON, NOON + timedelta(microseconds=1)]),
        }
    ),
    max_size=14,
)
ORDERS = st.lists(
    st.builds(Order, st.sampled_from(["first_name", "date_of_birth", "created_at", "id"]), st.booleans()),
    max_size=3,
    unique_by=lambda order: order.field,
).map(tuple)
many = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])


def in_order(rows: list, order: tuple[Order, ...]) -> list:
    """What Python makes of an order: missing values last when ascending, then the id."""
    for o in reversed((*order, Order("id"))):

        def key(row, field=o.field):
            value = getattr(row, field)
            return (value is None, str(value) if field == "id" else value or "" if value is None else value)

        rows = sorted(rows, key=lambda row, key=key: (key(row)[0], key(row)[1] if not key(row)[0] else 0))
        if o.descending:
            rows = stable_reversed(rows, key)
    return rows


def stable_reversed(rows: list, key) -> list:
    groups: list[list] = []
    for row in rows:
        if groups and key(groups[-1][0]) == key(row):
            groups[-1].append(row)
        else:
            groups.append([row])
    return [row for group in reversed(groups) for row in group]


async def walked(store: Store, listing: Listing, change=None) -> list:
    """All pages by cursor, forward or backward, with something changed between the pages."""
    rows, cursor = [], None
    while True:
        page = await found(store, Listing(**(vars(listing) | {"cursor": cursor})))
        rows = [*page.rows, *rows] if listing.backward else [*rows, *page.rows]
        if not page.more:
            return rows
        cursor = Cursor.read(page.cursor_of(page.rows[0 if listing.backward else -1]))
        if change:
            await change()


@many
@given(people=PEOPLE, order=ORDERS, limit=st.integers(1, 5), backward=st.booleans())
def test_pages_by_cursor_and_by_offset_are_what_python_sorts(with_store, people, order, limit, backward):
    async def check(store: Store) -> None:
        await put_users(store, *people)
        everybody = list((await found(store, Listing(limit=100))).rows)
        expected = [row.id for row in in_order(everybody, order)]

        by_cursor = await walked(store, Listing(order=order, limit=limit, backward=backward))
        by_offset = [
            row
            for offset in range(0, len(people), limit)
            for row in (await found(store, Listing(order=order, limit=limit, offset=offset))).rows
        ]

        assert [row.id for row in by_cursor] == expected
        assert [row.id for row in by_offset] == expected

    with_store(check)


CHANGES = st.lists(st.tuples(PEOPLE.filter(bool), st.integers(0, 13)), min_size=14, max_size=14)


@many
@given(people=PEOPLE, order=ORDERS, limit=st.integers(1, 3), backward=st.booleans(), changes=CHANGES)
def test_rows_that_come_and_go_between_pages_disturb_no_other(  # noqa: PLR0917
    with_store, people, order, limit, backward, changes
):
    async def check(store: Store) -> None:
        owner = await put_users(store, *people)
        everybody = [row.id for row in (await found(store, Listing(limit=100))).rows]
        gone, plan = set(), iter(changes)

        async def change() -> None:
            if (planned := next(plan, None)) is None:
                return
            (newcomer, *_), number = planned
            async with store.writing() as unit:
                await unit.add(User(organization_id=owner, **STAMPS | newcomer))
                gone.add(everybody[number % len(everybody)])
                await unit.change(delete(User).where(col(User.id).in_(gone)))

        rows = await walked(store, Listing(order=order, limit=limit, backward=backward), change)

        ids = [row.id for row in rows]
        assert len(ids) == len(set(ids))
        assert set(everybody) - gone <= set(ids)

    with_store(check)


async def put_scores(store: Store, world) -> list[UUID]:
    owners = [world.joe, world.ann, world.eve]
    async with store.writing() as unit:
        for n in range(60):
            await unit.add(
                PaiSummary(
                    organization_id=world.organization,
                    user_id=owners[n % 7 % 3],
                    date=date(2024, 1, 1) + timedelta(n),
                    time_zone="UTC",
                    pai_score=n % 4,
                    algorithm_version="x",
                    **STAMPS,
                )
            )
    return [*owners, uuid4()]


OWNED = [(), (Order("pai_score"),), (Order("pai_score", descending=True), Order("date"))]


async def test_a_batch_gives_every_owner_what_a_page_gives_one_in_two_statements_at_most(world):
    owners = await put_scores(world.store, world)
    over = Compare("pai_score", Operator.GREATER, 0)
    for order, backward, counted in product(OWNED, (False, True), (False, True)):
        first = await found(world.store, Listing(order=order, limit=20), pai.COLUMNS)
        cursor = Cursor.read(first.cursor_of(first.rows[9]))
        for more in (
            {},
            {"cursor": cursor},
            {"filter": over, "cursor": cursor},
            {"filter": over, "offset": 3},
        ):
            listing = Listing(order=order, limit=5, backward=backward, counted=counted, **more)
            async with world.store.reading() as unit:
                with statements(world.store) as seen:
                    batch = await pages_by(unit, pai.COLUMNS, true(), listing, owner="user_id", ids=owners)
                alone = {
                    one: await page_of(unit, pai.COLUMNS, col(PaiSummary.user_id) == one, listing)
                    for one in owners
                }

            assert len([text for text in seen if text.startswith("SELECT")]) == 1 + counted
            for one in owners:
                assert summed(batch[one]) == summed(alone[one])


def summed(page: Page) -> tuple:
    rows = [row.id for row in page.rows]
    return (
        rows,
        page.total,
        page.more,
        page.order,
        page.offset,
        page.limit,
        [page.cursor_of(r) for r in page.rows],
    )


async def test_a_batch_of_nobody_is_empty(world):
    async with world.store.reading() as unit:
        assert await pages_by(unit, activities.COLUMNS, true(), Listing(), owner="user_id", ids=[]) == {}
