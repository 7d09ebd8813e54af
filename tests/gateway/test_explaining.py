"""`X-Explain: sql`: the demo shows an operation its own statements, without values; nobody else hears anything."""

import asyncio

import pytest

from gateway import explaining

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

EXPLAIN = {"X-Explain": "sql"}
QUERY = """query($name: String!) {
  users(first: 50, filter: { firstName: { eq: $name } }) { nodes { firstName activities(first: 2) { nodes { name } } } }
}"""
NAME = "Nobody-is-called-that"
GROUP = 'mutation { createGroup(input: { name: "Named-in-the-text" }) { group { name } } }'


@pytest.fixture
async def demo(opened):
    async with opened(demo=True) as client:
        yield client


async def explained(client, query, headers, **variables):
    answer = await client.post("/graphql", json={"query": query, "variables": variables}, headers=headers)
    assert "errors" not in answer.json()
    return answer.json()["extensions"].get("sql")


async def test_the_demo_tells_the_statements_and_never_a_value(demo, records):
    headers = records.headers("admin") | EXPLAIN

    read = await explained(demo, QUERY, headers, name=NAME)
    written = await explained(demo, GROUP, headers)

    assert read["count"] == len(read["statements"]) == 1, "without a user nothing is asked about activities"
    assert "FROM users" in read["statements"][0]
    assert any(text.startswith("INSERT INTO groups") for text in written["statements"])
    assert NAME not in str(read)
    assert "Named-in-the-text" not in str(written)


@pytest.mark.parametrize("header", [{}, {"X-Explain": ""}, {"X-Explain": "plan"}])
async def test_whoever_does_not_ask_for_them_is_told_none(demo, records, header):
    assert await explained(demo, QUERY, records.headers("admin") | header, name=NAME) is None


async def test_without_the_demo_the_header_does_nothing(client, records):
    assert await explained(client, QUERY, records.headers("admin") | EXPLAIN, name=NAME) is None


async def test_operations_at_the_same_time_hear_their_own_statements_only(demo, records):
    headers = records.headers("admin") | EXPLAIN
    queries = ("{ users(first: 9) { nodes { firstName } } }", "{ groups(first: 9) { nodes { name } } }")

    told = await asyncio.gather(*[explained(demo, query, headers) for query in queries * 5])

    assert [one["count"] for one in told] == [1] * 10
    assert all("FROM users" in one["statements"][0] for one in told[::2])
    assert not any("FROM users" in one["statements"][0] for one in told[1::2])


async def test_relations_are_heard_too_and_what_is_kept_is_bounded(demo, records, monkeypatch):
    headers = records.headers("admin") | EXPLAIN
    query = "{ users(first: 9) { nodes { activities(first: 2) { nodes { name } } } } }"
    monkeypatch.setattr(explaining, "MOST_STATEMENTS", 1)
    monkeypatch.setattr(explaining, "MOST_CHARACTERS", 20)

    told = await explained(demo, query, headers)

    assert told["count"] == 2
    assert [len(text) for text in told["statements"]] == [20 + len(explaining.CUT)]
