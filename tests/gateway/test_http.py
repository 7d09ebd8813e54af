"""The service from outside: who answers which path, credentials, request ids, logs, health and the page."""

import asyncio
import json
import logging
import socket
import threading
import time
from uuid import UUID

import httpx
import pytest
import structlog

from domain.settings import Settings
from gateway import logs
from gateway.app import Gateway
from gateway.explorer import Principal
from tests.loggers import loggers_as_they_were

pytestmark = pytest.mark.anyio

QUERY = {"query": "{ viewer { kind } }"}
PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def logged():
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as entries:
        yield entries


SURFACES = {
    "/graphql": "No GraphQL query found",
    "/healthz": '{"status":"ok"}',
    "/readyz": '"database":"ok"',
    "/api/fit_partner_ping/openapi.json": "AI Endurance Partner API",
    "/api/v2/openapi.json": "PAI Health API",
    "/api/v2/nothing": "No resource exists at this URI",
    "/admin/api/v2/nothing": "No resource exists at this URI",
}


async def test_each_path_is_answered_by_its_surface(client):
    for path, words in SURFACES.items():
        assert words in (await client.get(path)).text


async def test_what_nobody_serves_is_not_found(client):
    for path in (
        "/nothing",
        "/api",
        "/api/v2x",
        "/graphqlx",
        "/api/fit_partner_pingx",
        "/explorer/nothing.js",
    ):
        assert (await client.get(path)).status_code == 404


async def test_the_root_leads_to_the_explorer(client):
    answer = await client.get("/")

    assert (answer.status_code, answer.headers["Location"]) == (307, "/graphql")


async def test_a_browser_gets_the_page_and_a_client_the_api(client):
    page, head = await client.get("/graphql", headers=PAGE), await client.head("/graphql", headers=PAGE)
    answers = [
        await client.get("/graphql", params=QUERY, headers={"Accept": accept})
        for accept in (PAGE["Accept"], "application/json", "*/*")
    ]
    bare = await client.get("/graphql")
    posted = await client.post("/graphql", json=QUERY, headers=PAGE)

    assert page.headers["Content-Type"] == head.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "<html" in page.text
    assert [answer.json()["data"] for answer in (*answers, posted)] == [{"viewer": {"kind": "ANONYMOUS"}}] * 4
    assert (bare.status_code, bare.json()["errors"][0]["extensions"]) == (400, {"code": "BAD_REQUEST"})


async def test_the_page_loads_nothing_it_does_not_name_and_is_framed_by_nobody(client):
    headers = (await client.get("/graphql", headers=PAGE)).headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy
    assert (headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == ("nosniff", "no-referrer")
    assert headers["Cache-Control"] == "no-store"


async def test_the_page_offers_principals_only_when_it_is_told_to(settings, client):
    told = Gateway(settings, principals=[Principal("Somebody", "sees all", "fgw_shown")])
    transport = httpx.ASGITransport(told)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway.test") as demo:
        assert "fgw_shown" in (await demo.get("/graphql", headers=PAGE)).text
    assert "fgw_" not in (await client.get("/graphql", headers=PAGE)).text


async def test_queries_by_get_take_variables_a_name_and_credentials(client, records):
    sent = {
        "query": "query A { __typename } query B($n: Int!) { users(first: $n) { totalCount } }",
        "operationName": "B",
        "variables": json.dumps({"n": 1}),
    }

    answer = await client.get("/graphql", params=sent, headers=records.headers("admin"))
    head = await client.head("/graphql", params=sent, headers=records.headers("admin"))

    assert answer.json()["data"] == {"users": {"totalCount": 3}}
    assert (head.status_code, head.headers["Content-Type"]) == (200, "application/json")


async def test_a_wrong_credential_of_any_family_is_401_and_tells_nothing(client, world, records):
    token, pai = world.tokens["admin"], (await world.pai_headers(client))["Authorization"]
    wrong = {
        "token": [{"Authorization": f"Bearer {token[:-1]}x"}, {"Authorization": "Bearer fgw_"}],
        "PAI": [{"Authorization": pai[:-2]}, {"Authorization": "Bearer a.b.c"}],
        "partner": [
            {"Authorization": "Bearer wrong", "Partner-Id": "acme"},
            {"Authorization": f"Bearer {world.partner_key}", "Partner-Id": "nobody"},
            {"Authorization": f"Bearer {token}", "Partner-Id": "acme"},
            {"Partner-Id": "acme"},
        ],
        "key": [{"X-API-Key": records.api_key[:-1] + "!"}, {"X-API-Key": "sr_test_nobody00_" + "a" * 43}],
        "misplaced": [
            {"Authorization": f"Bearer {world.partner_key}"},
            {"Authorization": f"Bearer {records.api_key}"},
        ],
        "unreadable": [
            {"Authorization": "Basic YTpi"},
            {"Authorization": "Bearer"},
            {"Authorization": "Bearer a b"},
        ],
    }

    for family, tries in wrong.items():
        answers = [await client.post("/graphql", json=QUERY, headers=headers) for headers in tries]
        assert {answer.status_code for answer in answers} == {401}, family
        assert {answer.headers["WWW-Authenticate"] for answer in answers} == {"Bearer"}
        assert len({answer.text for answer in answers}) == 1, "unknown and wrong must not differ"
        [error] = answers[0].json()["errors"]
        assert error["extensions"] == {"code": "UNAUTHORIZED"}


async def test_two_credentials_that_differ_are_refused(client, world):
    headers = [("Authorization", f"Bearer {world.tokens[name]}") for name in ("admin", "joe")]

    answer = await client.post("/graphql", json=QUERY, headers=headers)

    assert answer.status_code == 401


async def test_a_harmless_request_id_is_taken_over_and_any_other_replaced(client):
    for given in ("abc-1.2_3", "A" * 64):
        assert (await client.get("/healthz", headers={"X-Request-ID": given})).headers[
            "X-Request-ID"
        ] == given
    for given in ("", "a b", "A" * 65, "<script>", "a\tb", "é".encode("latin-1"), "../x", "x;y"):
        answer = await client.get("/healthz", headers={b"X-Request-ID": given})
        assert UUID(answer.headers["X-Request-ID"]).version == 4


async def test_every_answer_has_a_request_id_of_its_own(client):
    answers = [
        await client.get(path) for path in ("/healthz", "/healthz", "/nothing", "/api/v2/nothing", "/graphql")
    ]

    assert len({answer.headers["X-Request-ID"] for answer in answers}) == len(answers)


async def test_the_access_log_has_one_line_a_request_and_no_query_or_token(client, records, logged):
    secret = records.world.tokens["admin"]

    await client.get("/graphql", params=QUERY | {"token": "in-the-query"}, headers=records.headers("admin"))
    await client.post(
        "/graphql", json={"query": "{ nothing }"}, headers={"Authorization": f"Bearer {secret}x"}
    )

    lines = [entry for entry in logged if entry["event"] == "request"]
    assert [(line["method"], line["path"], line["status"]) for line in lines] == [
        ("GET", "/graphql", 200),
        ("POST", "/graphql", 401),
    ]
    assert all(line["request_id"] and line["milliseconds"] >= 0 for line in lines)
    assert not any(word in str(logged) for word in (secret, "in-the-query", "viewer", "nothing"))


async def test_health_and_readiness_answer_get_and_head(client):
    for path in ("/healthz", "/readyz"):
        got, head = await client.get(path), await client.head(path)
        assert (got.status_code, head.status_code, head.text) == (200, 200, "")
        assert (await client.post(path)).status_code == 405


async def connections_given_up() -> None:
    """The threads of connections that never came about: the last they do needs the event loop."""
    for thread in threading.enumerate():
        if "_connection_worker_thread" in thread.name:
            await asyncio.to_thread(thread.join, 5)


async def test_without_its_database_the_service_lives_and_is_not_ready(tmp_path):
    for url in ("postgresql://nobody@127.0.0.1:1/none", f"sqlite:///{tmp_path}/none/none.db"):
        gone = Gateway(Settings(data_dir=tmp_path, database_url=url, embedded_worker=False))
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(gone), base_url="http://gateway.test"
        ) as client:
            started = time.perf_counter()
            alive, ready = await client.get("/healthz"), await client.get("/readyz")
            asked = await client.post("/graphql", json=QUERY, headers={"Authorization": "Bearer fgw_x"})

        assert time.perf_counter() - started < 20
        assert (alive.status_code, ready.status_code, asked.status_code) == (200, 503, 503)
        assert ready.json() == {"status": "unavailable", "database": "unreachable"}
        assert "none" not in ready.text + asked.text
        await gone.store.close()
        await connections_given_up()


async def test_a_database_that_never_answers_is_not_waited_for(tmp_path, monkeypatch):
    monkeypatch.setattr("domain.store.CONNECTING", 60)
    monkeypatch.setattr("gateway.health.PATIENCE", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://nobody@127.0.0.1:{silent.getsockname()[1]}/none"
        stuck = Gateway(Settings(data_dir=tmp_path, database_url=url, embedded_worker=False))
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(stuck), base_url="http://gateway.test"
        ) as client:
            started = time.perf_counter()
            answer = await client.get("/readyz")

    assert answer.status_code == 503
    assert time.perf_counter() - started < 30


def test_a_broker_that_stays_away_is_told_of_ever_more_seldom_and_all_else_at_once():
    def let_through(name, message, seconds):
        record = logging.LogRecord(name, logging.CRITICAL, "", 0, message, (), None)
        record.created = seconds
        return outages.filter(record)

    outages, consumers = logs.Outages(), [f"{logs.CONSUMER}({lane})" for lane in ("live", "bulk", "live.DQ")]
    told = [
        s for s in range(0, 4000, 3) for name in consumers if let_through(name, f"{logs.CONNECTION}: x", s)
    ]
    again = [s for s in range(9000, 9200, 3) if let_through(consumers[0], f"{logs.CONNECTION}: x", s)]

    assert told == [60, 180, 420, 900, 1860, 3780]
    assert again == [9060, 9180]
    assert let_through(consumers[0], "Consumer encountered an unexpected error.", 1)
    assert let_through("domain.jobs", f"{logs.CONNECTION}: x", 1)


def test_logs_are_json_off_a_terminal_and_a_path_cannot_add_lines(capsys, tmp_path):
    with loggers_as_they_were():
        for form in ("json", "console"):
            logs.configure(Settings(data_dir=tmp_path, log_format=form))
            structlog.get_logger("test").info("request", path="/a\nINJECTED\x1b[31m", method="GET")
            logging.getLogger("uvicorn.error").info("Started")
            lines = capsys.readouterr().err.splitlines()
            assert not any(line.startswith("INJECTED") for line in lines), form
            if form == "json":
                assert [json.loads(line)["event"] for line in lines] == ["request", "Started"]
