"""GraphQL through the real endpoint against plain SQL and orjson, in CPU of one process.

    python bench/graphql_endpoint.py [postgresql://…]

Q1 is one user, Q3 fifty users with thirty summaries each (1,500 objects). Both sides read the same rows over the same
driver and check the same token; the database's own CPU counts for neither on PostgreSQL, and for both on SQLite.
"""

import asyncio
import gc
import json
import logging
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from time import process_time
from typing import Any
from uuid import UUID, uuid4

import aiosqlite
import asyncpg
import orjson
import structlog
from sqlalchemy import event
from starlette.types import ASGIApp, Message, Scope

from domain.identity.access_tokens import AccessToken, new_token
from domain.identity.accounts import Account, AccountType
from domain.organizations import Organization
from domain.pai import PaiSummary
from domain.secrets import fingerprint
from domain.settings import Settings
from domain.store import Store
from domain.users import User
from gateway.app import Gateway

USERS, DAYS, ROUNDS, REPEATS = 50, 30, 25, {"Q1": 40, "Q3": 3}
NOW = datetime(2026, 1, 1, tzinfo=UTC)
STAMPS = {"created_at": NOW, "modified_at": NOW}

Work = Callable[[], Awaitable[bytes]]


@dataclass
class Site:
    organization: UUID
    user: UUID
    token: str

    @property
    def queries(self) -> dict[str, str]:
        return {
            "Q1": f'{{ user(id: "{self.user}") {{ uuid firstName lastName email country timeZone }} }}',
            "Q3": f"{{ users(first: {USERS}) {{ nodes {{ uuid firstName lastName "
            f"paiSummaries(first: {DAYS}) {{ nodes {{ date paiScore dailyPai timeZone }} }} }} }} }}",
        }


@dataclass(frozen=True)
class Call:
    """A statement as the endpoint's driver got it."""

    statement: str
    parameters: Any


async def main(database_url: str, directory: Path) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    unlimited = {"cost_budget": 10**12, "embedded_worker": False}
    gateway = Gateway(Settings(data_dir=directory, database_url=database_url, **unlimited))
    async with gateway.running():
        site = await seeded(gateway.store)
        plain = await Plain.connected(gateway.store)
        gc.collect()
        gc.freeze()
        print(f"{gateway.store.engine.dialect.name}: CPU ms a request, the least of {ROUNDS} rounds")
        for name, query in site.queries.items():
            endpoint, bare = (
                partial(posted, gateway, query, site.token),
                partial(plain.answer, await heard(gateway, query, site)),
            )
            assert b'"errors"' not in await endpoint()
            ours, least = await compared(endpoint, bare, REPEATS[name])
            print(
                f"{name}  endpoint {ours:7.3f}   plain SQL + orjson {least:7.3f}   ratio {ours / least:5.2f}"
            )
        await plain.close()


async def compared(ours: Work, theirs: Work, repeats: int) -> tuple[float, float]:
    """Turn by turn, so that whatever else the machine does falls on both alike."""
    rounds = [(await spent(ours, repeats), await spent(theirs, repeats)) for _ in range(ROUNDS)]
    return min(one for one, _ in rounds), min(other for _, other in rounds)


async def spent(work: Work, repeats: int) -> float:
    await work()
    started = process_time()
    for _ in range(repeats):
        await work()
    return (process_time() - started) * 1000 / repeats


async def posted(app: ASGIApp, query: str, token: str) -> bytes:
    body, parts = json.dumps({"query": query}).encode(), []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        parts.append(message.get("body", b""))

    await app(scope_of(token), receive, send)
    return b"".join(parts)


def scope_of(token: str) -> Scope:
    headers = {"host": "gateway", "content-type": "application/json", "authorization": f"Bearer {token}"}
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/graphql",
        "root_path": "",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
    }


async def heard(gateway: Gateway, query: str, site: Site) -> list[Call]:
    """What the endpoint asks of the database for a query, its credential included."""
    calls: list[Call] = []

    def hear(_: object, __: object, statement: str, parameters: Any, *___: object) -> None:
        if statement.startswith(("SELECT", "WITH")):
            calls.append(Call(statement, parameters))

    event.listen(gateway.store.engine.sync_engine, "before_cursor_execute", hear)
    await posted(gateway, query, site.token)
    event.remove(gateway.store.engine.sync_engine, "before_cursor_execute", hear)
    return calls


class Plain:
    """The least there is to do: the same statements over the same driver, and their rows as JSON."""

    def __init__(self, connection: Any, rows: Callable[[Call], Awaitable[list[Any]]]) -> None:
        self.connection = connection
        self.rows = rows

    @staticmethod
    async def connected(store: Store) -> "Plain":
        url = store.engine.url
        if store.engine.dialect.name == "postgresql":
            postgresql = await asyncpg.connect(
                url.set(drivername="postgresql").render_as_string(hide_password=False)
            )

            async def fetched(call: Call) -> list[Any]:
                return [dict(row) for row in await postgresql.fetch(call.statement, *call.parameters)]

            return Plain(postgresql, fetched)
        sqlite = await aiosqlite.connect(str(url.database))
        sqlite.row_factory = lambda cursor, row: dict(
            zip([one[0] for one in cursor.description], row, strict=True)
        )

        async def found(call: Call) -> list[Any]:
            return list(await sqlite.execute_fetchall(call.statement, call.parameters))

        return Plain(sqlite, found)

    async def answer(self, calls: list[Call]) -> bytes:
        return orjson.dumps([await self.rows(call) for call in calls], default=str)

    async def close(self) -> None:
        await self.connection.close()


async def seeded(store: Store) -> Site:
    organization, token = Organization(id=uuid4(), name="Bench", **STAMPS), new_token()
    people = [
        User(
            id=uuid4(),
            organization_id=organization.id,
            first_name=f"User {n}",
            last_name="B",
            country="NO",
            **STAMPS,
        )
        for n in range(USERS)
    ]
    account = Account(
        organization_id=organization.id,
        account_type=AccountType.ADMINISTRATOR,
        username="bench",
        password_hash="",
        **STAMPS,
    )
    async with store.writing() as unit:
        await unit.add(organization)
        await unit.add_all(people)
        await unit.add(account)
        await unit.add(
            AccessToken(account_id=account.id, token_hash=fingerprint(token), name="bench", created_at=NOW)
        )
        await unit.add_all([summary(user, day) for user in people for day in range(DAYS)])
    return Site(organization.id, people[0].id, token)


def summary(user: User, day: int) -> PaiSummary:
    return PaiSummary(
        organization_id=user.organization_id,
        user_id=user.id,
        date=date(2026, 1, 1) + timedelta(days=day),
        time_zone="UTC",
        pai_score=day + 0.5,
        daily_pai=day / 7,
        algorithm_version="open-pai-1",
        **STAMPS,
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else "", Path(folder)))
