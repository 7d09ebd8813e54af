"""What a list of PAI costs a request, against plain SQL and orjson in the same run: python bench/pai_lists.py [postgresql://…].

A thousand summaries in one page, a 304 of it, and a page of twenty; CPU of the process, medians, turn by turn.
"""

# ruff: noqa: ANN001, ANN003, ANN201, ANN202 - a script that nobody imports

import asyncio
import sqlite3
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from urllib.parse import urlencode
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import asyncpg
import orjson

import domain.tables  # noqa: F401  every table is known
from domain.identity import credentials, passwords
from domain.identity.accounts import Account, AccountType
from domain.organizations import PAI_HEALTH, OAuthClient, Organization
from domain.pai import PaiSummary
from domain.settings import Settings
from domain.store import Store
from domain.users import User
from rest_compat import pai
from rest_compat.pai.health.views import PAI_SUMMARY

ROUNDS, WARM, ROWS = 60, 8, 1000
THEN = datetime(2024, 5, 1, tzinfo=UTC)
BASE = f"/api/v2/admin/organizations/{PAI_HEALTH}/pai/summaries"
COLUMNS = ", ".join(PAI_SUMMARY.columns.values())
HREF = f"http://bench{BASE}/"


async def main(url: str) -> None:
    with tempfile.TemporaryDirectory() as directory:
        generous = {"organization_requests_per_minute": 10**9}
        store = Store(Settings(data_dir=Path(directory), database_url=url, **generous))
        await store.open()
        token = await filled(store)
        await compare(store, token, await plain_of(url, Path(directory)))
        await store.close()


async def filled(store) -> str:
    """A thousand summaries of an organization; its administrator's access token."""
    stamps = {"created_at": THEN, "modified_at": THEN}
    client = uuid4()
    async with store.writing() as unit:
        await unit.add(Organization(id=PAI_HEALTH, name="Bench", **stamps))
        await unit.add(OAuthClient(id=client, organization_id=PAI_HEALTH, name="b", created_at=THEN))
        joe = await unit.add(User(organization_id=PAI_HEALTH, **stamps))
        await unit.add_all([summary(joe.id, number) for number in range(ROWS)])
        hashed = await passwords.hashed("bench", cost=4)
        kind = {"account_type": AccountType.ADMINISTRATOR, "password_hash": hashed}
        await unit.add(Account(organization_id=PAI_HEALTH, username="b", **kind, **stamps))
    whose = {"organization_id": PAI_HEALTH, "client_id": client, "username": "b", "password": "bench"}
    return (await credentials.sign_in(store, **whose, user_agent=None, address="127.0.0.1")).access_token


def summary(user, number) -> PaiSummary:
    return PaiSummary(
        organization_id=PAI_HEALTH, user_id=user, date=date(2020, 1, 1) + timedelta(days=number), time_zone="UTC",
        pai_score=number / 7, daily_pai=number / 49, low_zone_pai=1.5, medium_zone_pai=2.25, high_zone_pai=0.125,
        low_zone_minutes=30.5, medium_zone_minutes=12.25, high_zone_minutes=1.0, low_zone_lower_limit_bpm=105,
        medium_zone_lower_limit_bpm=119, high_zone_lower_limit_bpm=158, max_heart_rate_bpm=198.0,
        resting_heart_rate_bpm=65.0, algorithm_version="open-pai-1", created_at=THEN + timedelta(seconds=number),
        modified_at=THEN + timedelta(seconds=number, microseconds=1),
    )  # fmt: skip


async def plain_of(url, directory):
    """The same body by hand: one SELECT with the driver alone, dictionaries, orjson."""
    select = (
        f"SELECT {COLUMNS} FROM pai_summaries WHERE organization_id = %s ORDER BY created_at, id LIMIT %s"
    )
    if url:
        connection = await asyncpg.connect(url)

        async def rows(limit):
            return await connection.fetch(select % ("$1", "$2"), PAI_HEALTH, limit)

    else:
        lite = sqlite3.connect(directory / "gateway.db")

        async def rows(limit):
            return lite.execute(select % ("?", "?"), (PAI_HEALTH.hex, limit)).fetchall()

    names = list(PAI_SUMMARY.columns)

    async def plain(limit) -> bytes:
        shown = [dict(zip(names, row, strict=True)) for row in await rows(limit)]
        for each in shown:
            each["href"] = f"{HREF}{each['id']}"
        return orjson.dumps(shown, default=str)

    return plain


async def compare(store, token, plain) -> None:
    app = pai.surface(store, pai.Limiter())
    etag = (await asked(app, token, ROWS))[1][b"etag"]
    cases = {
        f"plain SQL and orjson, {ROWS}": lambda: plain(ROWS),
        f"a list of {ROWS}": lambda: asked(app, token, ROWS),
        f"a list of {ROWS}, three fields": lambda: asked(app, token, ROWS, fields="userId,date,paiScore"),
        f"a 304 of {ROWS}": lambda: asked(app, token, ROWS, etag),
        "plain SQL and orjson, 20": lambda: plain(20),
        "a list of 20": lambda: asked(app, token, 20),
    }
    cpu = {name: [] for name in cases}
    for number in range(WARM + ROUNDS):
        for name, case in cases.items():
            began = time.process_time()
            await case()
            if number >= WARM:
                cpu[name].append(1000 * (time.process_time() - began))
    bases = {name.rpartition(" ")[2]: median(took) for name, took in cpu.items() if name.startswith("plain")}
    for name, took in cpu.items():
        base = bases["20" if name.endswith("20") else str(ROWS)]
        print(f"{name:32}{median(took):8.2f} ms CPU{median(took) / base:8.1f} times the plain one")


async def asked(app, token, limit, etag=b"", **query):
    """A bare ASGI request, so that no client is measured; its status and headers."""
    seen = {}
    scope = {
        "type": "http", "method": "GET", "path": BASE, "raw_path": BASE.encode(),
        "query_string": urlencode({"limit": limit, **query}).encode(),
        "headers": [
            (b"host", b"bench"), (b"authorization", f"Bearer {token}".encode()),
            *([(b"if-none-match", etag)] if etag else []),
        ],
        "client": ("192.0.2.1", 1), "server": ("bench", 80), "scheme": "http", "root_path": "", "http_version": "1.1",
    }  # fmt: skip

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        if message["type"] == "http.response.start":
            seen.update(dict(message["headers"]), status=message["status"])

    await app(scope, receive, send)
    assert seen["status"] == (304 if etag else 200), seen
    return seen["status"], seen


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else ""))
