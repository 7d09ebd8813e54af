"""People to list, and lists of them."""

from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import event, true

from domain import users
from domain.listing import Listing, Order, Page, page_of
from domain.organizations import Organization
from domain.store import Store
from domain.users import User

NOON = datetime(2024, 6, 1, 12, tzinfo=UTC)
STAMPS = {"created_at": NOON, "modified_at": NOON}


async def put_users(store: Store, *people: dict) -> UUID:
    async with store.writing() as unit:
        owner = await unit.add(Organization(name="A", **STAMPS))
        await unit.add_all([User(organization_id=owner.id, **STAMPS | person) for person in people])
    return owner.id


async def found(store: Store, listing: Listing, columns=users.COLUMNS) -> Page:
    async with store.reading() as unit:
        return await page_of(unit, columns, true(), listing)


async def names(store: Store, filter=None, order=(), **options) -> list:
    order = order or (Order("first_name"),)
    page = await found(store, Listing(filter=filter, order=order, limit=100, **options))
    return [row.first_name for row in page.rows]


async def put_names(store: Store, *given) -> None:
    await put_users(store, *({"first_name": name} for name in given))


@contextmanager
def statements(store: Store):
    seen: list[str] = []

    def see(_connection, _cursor, statement, *_) -> None:
        seen.append(statement)

    event.listen(store.engine.sync_engine, "before_cursor_execute", see)
    yield seen
    event.remove(store.engine.sync_engine, "before_cursor_execute", see)
