"""What fails inside: one sentence to the client, and all of it to the log."""

import logging
from contextlib import asynccontextmanager

import pytest
import structlog
from sqlalchemy import text

from tests.gateway.test_bad_input import WORDS_OF_OURS

pytestmark = pytest.mark.anyio

INTERNAL = "Something went wrong on our side"


@pytest.fixture
def logged():
    """What is logged while a test runs, as structlog hands it to its renderer."""
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as entries:
        yield entries


@asynccontextmanager
async def without(store, table):
    """The database, while one of its tables is missing."""
    async with store.engine.begin() as connection:
        await connection.execute(text(f"ALTER TABLE {table} RENAME TO gone"))
    yield
    async with store.engine.begin() as connection:
        await connection.execute(text(f"ALTER TABLE gone RENAME TO {table}"))


async def test_a_broken_table_is_one_sentence_to_the_client_and_all_to_the_log(
    client, records, store, logged
):
    headers = records.headers("admin") | {"X-Request-ID": "find-me"}
    query = "{ users(first: 1) { nodes { firstName paiSummaries(first: 1) { nodes { date } } } } }"

    async with without(store, "pai_summaries"):
        answer = await client.post("/graphql", json={"query": query}, headers=headers)

    [error] = answer.json()["errors"]
    assert (answer.status_code, error["message"]) == (200, INTERNAL)
    assert error["extensions"] == {"code": "INTERNAL_SERVER_ERROR"}
    assert not WORDS_OF_OURS.search(answer.text)
    [bug] = [entry for entry in logged if entry["event"] == "unexpected_error"]
    assert bug["request_id"] == "find-me"
    assert "pai_summaries" in str(bug["exc_info"])


async def test_a_database_that_fails_before_the_query_is_one_sentence_too(client, records, store, logged):
    async with without(store, "access_tokens"):
        answer = await client.post(
            "/graphql", json={"query": "{ viewer { kind } }"}, headers=records.headers("admin")
        )

    error = {"message": INTERNAL, "extensions": {"code": "INTERNAL_SERVER_ERROR"}}
    assert (answer.status_code, answer.json()) == (500, {"errors": [error]})
    [bug] = [entry for entry in logged if entry["event"] == "unexpected_error"]
    assert bug["request_id"] == answer.headers["X-Request-ID"]


async def test_strawberry_logs_nothing_of_its_own(ask, caplog):
    with caplog.at_level(logging.DEBUG, logger="strawberry"):
        await ask("{ viewer { secret } }")
        await ask('{ users(first: 1, filter: {firstName: {eq: "\\u0000"}}) { totalCount } }')

    assert [record for record in caplog.records if record.name.startswith("strawberry")] == []
