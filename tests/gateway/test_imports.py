"""Imports over GraphQL, and partners on the command line."""

import sqlite3

import pytest

from domain.fit_files import Announcement, announce
from domain.imports import starting
from domain.imports.starting import BulkTask
from tests.domain.test_imports import RUN
from tests.gateway.test_cli import SQLITE, deployment  # noqa: F401  a fixture

QUERY = """query($filter: BulkImportFilter) { imports(first: 5, filter: $filter) { totalCount nodes {
    uuid state source externalUserId isInitialImport eventIds finishedAt user { firstName }
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
    await world.work()

    running = (await data(QUERY, filter={"state": {"eq": "running"}}))["imports"]
    [after] = (await data(QUERY, "joe", filter={"source": {"eq": "watch"}}))["imports"]["nodes"]
    assert running == {"totalCount": 0, "nodes": []}
    assert after["progress"] == {"total": 2, "imported": 1, "failed": 1, "remaining": 0}
    assert after["failures"] == [{"summaryId": "b", "error": "truncated"}]
    assert (after["eventIds"], after["externalUserId"], after["user"]) == (
        ["e"],
        "1234",
        {"firstName": "Joe"},
    )

    files = """query($id: ID!) { fitFiles(first: 5, filter: {import: {eq: $id}}) {
        nodes { summaryId import { uuid state } } } }"""
    found = (await data(files, id=after["uuid"]))["fitFiles"]["nodes"]
    shown = {"uuid": after["uuid"], "state": "COMPLETE"}
    assert sorted(file["summaryId"] for file in found) == ["a", "b"]
    assert [file["import"] for file in found] == [shown, shown]


@pytest.mark.anyio
async def test_another_organization_sees_no_import(data, begun):
    assert (await data(QUERY, "other-admin"))["imports"] == {"totalCount": 0, "nodes": []}


@SQLITE
def test_partners_are_kept_on_the_command_line(deployment):  # noqa: F811
    assert "0 of 0" in deployment.run("partners", "list")
    organization = "2188a980-70a2-4b24-b145-8139cb7f9106"
    with sqlite3.connect(deployment.data_dir / "gateway.db") as database:
        row = (organization.replace("-", ""), "Clinic", "2024-01-01", "2024-01-01")
        database.execute(
            "INSERT INTO organizations (id, name, created_at, modified_at) VALUES (?, ?, ?, ?)", row
        )
    database.close()
    told = deployment.run("partners", "create", "zeta", "--organization", organization, "--creates-users")
    key = told.split("auth key")[1].split()[0]
    assert "whsec_" in told
    deployment.run(
        "partners",
        "set",
        "zeta",
        "--event-url",
        "https://partner.example/?t=hush",
        "--callback-host",
        "a.example",
    )
    listed = deployment.run("partners", "list")
    assert "partner.example" in listed
    assert "a.example" in listed
    assert "hush" not in listed
    assert key not in listed
    assert "No such partner" in deployment.run("partners", "rotate", "nobody", code=1)
