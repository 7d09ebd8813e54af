"""Every twin of the explorer: its document fits the schema, its path is served, and both give the same rows."""

import re
import shlex
from importlib import import_module

import pytest
from graphql import parse, validate

from gateway.examples import EXAMPLES
from gateway.schema import schema
from gateway.twins import PAI_ADMIN, PAI_PROGRAM, PAI_USER, TWINS
from tests.gateway import whole as everything_of
from tests.gateway.whole import COACH, OURS
from tests.rest_compat.operations import State

VENDORS = ("pai", "aiendurance", "smartrunning", "gofa")
SERVED = {
    (one.method, one.path)
    for vendor in VENDORS
    for one in import_module(f"tests.rest_compat.{vendor}.documents").OPERATIONS
    if one.state is State.SERVED
}
PRINTED = {
    "ORGANIZATION_ID", "CLIENT_ID", "ADMIN_USERNAME", "ADMIN_PASSWORD", "USER_USERNAME", "USER_PASSWORD",
    "PROGRAM_ID", "PROGRAM_USERNAME", "PROGRAM_PASSWORD", "PARTNER_KEY", "PARTNER_ID",
    "API_KEY", "GOFA_TOKEN", "GOFA_ADMIN_TOKEN",
}  # fmt: skip


def named(one):
    return f"{one.method} {one.path}"


@pytest.mark.parametrize("one", [*TWINS, *EXAMPLES], ids=lambda one: one.title)
def test_what_the_explorer_offers_fits_the_schema_and_has_a_name(one):
    document = parse(getattr(one, "document", None) or one.query)

    [operation] = document.definitions
    assert operation.name
    assert validate(schema.graphql, document) == []


@pytest.mark.parametrize("twin", TWINS, ids=named)
def test_a_twin_is_a_served_operation_that_a_shell_can_call(twin):
    assert (twin.method, twin.path) in SERVED
    root, *below = twin.field.split(".")
    assert re.search(rf"\b{root}\b" + "".join(rf".*\b{name}\b" for name in below), twin.document, re.DOTALL)

    words = shlex.split(twin.curl.removeprefix(twin.api.before))
    known = twin.path.format(organizationId="$ORGANIZATION_ID", programId="$PROGRAM_ID") + twin.query
    assert words[:3] == ["curl", "-s", "{origin}" + known]
    assert "{" not in known
    assert set(re.findall(r"\$(\w+)", twin.curl)) <= PRINTED | {"TOKEN"}


def test_no_two_twins_are_the_same_call():
    assert len({(twin.api.name, named(twin)) for twin in TWINS}) == len(TWINS)


def test_the_shell_prints_every_variable_of_a_twin(run):
    assert set(re.findall(r"^(\w+)='", run("demo", "--shell"), re.MULTILINE)) >= PRINTED


@pytest.mark.anyio
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_both_give_the_same_rows(world, records, data, client):
    [program] = (await everything_of.made(world)).ids["Program"][OURS]
    compared = 0
    for twin in TWINS:
        who = {PAI_ADMIN: "admin", PAI_USER: "joe", PAI_PROGRAM: COACH}.get(twin.api)
        if who is None or twin.method != "GET":
            continue
        path = twin.path.format(organizationId=world.organization, programId=program) + twin.query
        answer = await client.get(path, headers=await world.pai_headers(client, who))
        assert answer.status_code == 200, named(twin)
        there = answer.json()
        here = await data(twin.document, who)
        for name in twin.field.split("."):
            here = here[name]
        if isinstance(there, list):
            assert [one["id"] for one in there] == [one["uuid"] for one in here["nodes"]], named(twin)
            assert there, named(twin)
        else:
            assert there["id"] == here["uuid"], named(twin)
        compared += 1
    assert compared
