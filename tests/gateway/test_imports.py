"""Imports over GraphQL, and partners on the command line."""

import sqlite3

import pytest
from typer.testing import CliRunner

from domain.announcing import Announcement, announce
from domain.imports import starting
from domain.imports.starting import BulkTask
from domain.organizations import PAI_HEALTH
from gateway.cli import app
from tests import databases
from tests.domain.test_imports import RUN
from tests.loggers import loggers_as_they_were
from tests.rest_compat.aiendurance.pinging import second_partner

QUERY = """query($filter: BulkImportFilter) { imports(first: 5, filter: $filter) { totalCount nodes {
    uuid state source externalUserId isInitialImport eventIds finishedAt user { firstName }
    plan { uuid status generationSource user { firstName } }
    progress { total imported failed remaining } failures { summaryId error } } } }"""


@pytest.fixture
async def begun(records, world):
    """An import of two files, one of which is broken."""
    for name, content in (("a", RUN), ("b", RUN[:-1])):
        async with world.store.writing() as unit:
            details = {"source": "watch", "origin": world.partner_id, "content": content, "at_once": False}
            await announce(
                unit,
                Announcement(
                    user_id=world.joe, organization_id=world.organization, summary_id=name, **details
                ),
            )
    async with world.store.writing(await world.partner_viewer()) as unit:
        await starting.start(unit, BulkTask("1234", "watch", initial=True, event_id="e"))


@pytest.mark.anyio
async def test_an_import_and_its_files_show_how_far_they_are(data, begun, world):
    [before] = (await data(QUERY))["imports"]["nodes"]
    assert before["progress"] == {"total": 2, "imported": 0, "failed": 0, "remaining": 2}
    assert (before["state"], before["finishedAt"], before["failures"]) == ("RUNNING", None, [])
    assert before["plan"] is None
    await world.work()

    running = (await data(QUERY, filter={"state": {"eq": "RUNNING"}}))["imports"]
    [after] = (await data(QUERY, "joe", filter={"source": {"eq": "watch"}}))["imports"]["nodes"]
    assert running == {"totalCount": 0, "nodes": []}
    assert after["progress"] == {"total": 2, "imported": 1, "failed": 1, "remaining": 0}
    assert after["failures"] == [{"summaryId": "b", "error": "truncated"}]
    assert (after["eventIds"], after["externalUserId"], after["user"]) == (
        ["e"],
        "1234",
        {"firstName": "Joe"},
    )

    [plan] = (await data("{ trainingPlans(first: 5) { nodes { uuid } } }"))["trainingPlans"]["nodes"]
    asked_for = {"status": "ACTIVE", "generationSource": "IMPORT", "user": {"firstName": "Joe"}}
    assert after["plan"] == plan | asked_for

    files = """query($id: ID!) { fitFiles(first: 5, filter: {import: {eq: $id}}) {
        nodes { summaryId import { uuid state } } } }"""
    found = (await data(files, id=after["uuid"]))["fitFiles"]["nodes"]
    shown = {"uuid": after["uuid"], "state": "COMPLETE"}
    assert sorted(file["summaryId"] for file in found) == ["a", "b"]
    assert [file["import"] for file in found] == [shown, shown]


@pytest.mark.anyio
async def test_another_organization_sees_no_import(data, begun):
    assert (await data(QUERY, "other-admin"))["imports"] == {"totalCount": 0, "nodes": []}


@pytest.mark.anyio
async def test_a_partner_sees_no_file_that_another_announced_of_the_same_user(begun, client, store, world):
    theirs = await second_partner(store, world.organization, _1234=world.joe)
    query = {"query": "{ fitFiles(first: 50) { nodes { summaryId } } }"}

    async def seen(headers):
        answer = await client.post("/graphql", json=query, headers=headers)
        return {node["summaryId"] for node in answer.json()["data"]["fitFiles"]["nodes"]}

    assert await seen(theirs) == set()
    assert await seen(world.partner_headers) >= {"a", "b"}


@pytest.fixture
def run(sqlite_template, tmp_path, monkeypatch):
    """The command in this process, which is cheaper than one of its own each time; its exit code and all it said."""
    monkeypatch.setenv("GATEWAY_DATABASE_URL", databases.copied(sqlite_template, tmp_path / "gateway.db"))
    monkeypatch.setenv("GATEWAY_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    with loggers_as_they_were():
        yield lambda *words: CliRunner().invoke(app, ["partners", *words])


def test_partners_are_kept_on_the_command_line(run, tmp_path):
    with sqlite3.connect(tmp_path / "gateway.db") as database:
        row = (PAI_HEALTH.hex, "Clinic", "2024-01-01", "2024-01-01")
        database.execute(
            "INSERT INTO organizations (id, name, created_at, modified_at) VALUES (?, ?, ?, ?)", row
        )
    database.close()

    told = run("create", "zeta", "--organization", str(PAI_HEALTH), "--creates-users").output
    urls = ["--event-url", "https://partner.example/?t=hush", "--callback-host", "a.example"]
    assert run("set", "zeta", *urls).exit_code == 0
    listed = run("list").output
    key, secret = told.split("auth key")[1].split()[0], told.split("signing secret")[1].split()[0]
    renewed = run("rotate", "zeta").output

    assert secret.startswith("whsec_")
    assert [word in listed for word in ("zeta", "partner.example", "a.example")] == [True] * 3
    assert [word in listed for word in (key, secret, "hush")] == [False] * 3
    assert key not in renewed
    assert run("set", "zeta", "--any-host", "--no-event-url", "--inactive").exit_code == 0
    assert [word in run("list").output for word in ("off", "any public host", "none")] == [True] * 3
    for wrong in (
        ("rotate", "nobody"),
        ("set", "zeta", "--event-url", "https://127.0.0.1/"),
        ("create", "zeta", "--organization", str(PAI_HEALTH)),
        ("set", "zeta", "--any-host", "--callback-host", "a.example"),
    ):
        assert run(*wrong).exit_code > 0
