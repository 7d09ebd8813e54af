"""`/metrics` tells of every surface and of the jobs that wait, to this host or to who has the token."""

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from gateway.metrics import MOST_NAMES, Metrics
from tests.workers.chores import Chore

pytestmark = pytest.mark.anyio
ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def values(text):
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@ONE_DATABASE
async def test_requests_are_counted_by_surface_method_and_status(client):
    await client.get("/api/workout-templates")
    await client.get("/api/workout-templates")
    await client.post("/graphql", json={"query": "{ viewer { kind } }"})

    told = values((await client.get("/metrics")).text)

    def count(surface, method, status):
        labels = (("method", method), ("status", status), ("surface", surface))
        return told["gateway_requests_total", *labels]

    assert count("smartrunning", "GET", "401") == 2
    assert count("gateway", "POST", "200") == 1
    assert told["gateway_request_seconds_count", ("surface", "smartrunning")] == 2


@ONE_DATABASE
async def test_jobs_that_wait_are_counted_by_kind(client, store):
    async with store.writing() as unit:
        await unit.later_all([Chore("a"), Chore("b")])

    told = values((await client.get("/metrics")).text)

    assert told["gateway_jobs", ("kind", "Chore"), ("state", "waiting")] == 2
    assert told["gateway_jobs_overdue_seconds", ("kind", "Chore"), ("state", "waiting")] >= 0


@ONE_DATABASE
async def test_other_hosts_need_the_token(gateway, client):
    forwarded = await client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"})
    transport = httpx.ASGITransport(gateway, client=("203.0.113.9", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway.test") as abroad:
        strange = await abroad.get("/metrics")

    assert (forwarded.status_code, strange.status_code) == (403, 403)
    assert "GATEWAY_METRICS_TOKEN" in strange.json()["error"]


@ONE_DATABASE
@pytest.mark.parametrize("sent", [None, "Bearer wrong", "Bearer", "Basic c2VjcmV0"])
async def test_where_a_token_is_set_even_this_host_needs_it(client, store, sent):
    store.settings = store.settings.model_copy(update={"metrics_token": SecretStr("secret")})

    refused = await client.get("/metrics", headers={"Authorization": sent} if sent else {})
    taken = await client.get("/metrics", headers={"Authorization": "Bearer secret"})

    assert (refused.status_code, taken.status_code) == (401, 200)
    assert refused.headers["www-authenticate"] == "Bearer"


def test_names_that_clients_make_up_do_not_fill_the_memory():
    metrics = Metrics()
    for number in range(MOST_NAMES + 50):
        metrics.operation(f"Q{number}", "query", "ok", 0.001, 1)
    metrics.operation("a name, with blanks", "query", "ok", 0.001, None)

    told = values(metrics.exposition().decode())
    names = {dict(labels)["operation"] for name, *labels in told if name.endswith("operations_total")}

    assert len(names) == MOST_NAMES + 1
    assert "(other)" in names
