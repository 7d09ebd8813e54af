"""Every documented operation, driven through the whole application by the table that documents it."""

import re
from dataclasses import dataclass
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest
from fastapi.routing import APIRoute, iter_route_contexts

import rest_compat.aiendurance
import rest_compat.gofa
import rest_compat.pai
import rest_compat.smartrunning
from tests.rest_compat import answers, coverage_table
from tests.rest_compat.aiendurance import documents as aiendurance
from tests.rest_compat.gofa import documents as gofa
from tests.rest_compat.operations import Credential, State
from tests.rest_compat.pai import documents as pai
from tests.rest_compat.smartrunning import documents as smartrunning

pytestmark = pytest.mark.anyio


@dataclass(frozen=True)
class Vendor:
    package: ModuleType
    documents: ModuleType
    refused: Any
    """Checks a refusal's shape."""

    @property
    def paths(self):
        return {path for o in self.documents.OPERATIONS for path in self.documents.spellings(o.path)}


VENDORS = {
    "pai": Vendor(rest_compat.pai, pai, answers.pai_error),
    "smartrunning": Vendor(rest_compat.smartrunning, smartrunning, answers.smartrunning_error),
    "aiendurance": Vendor(rest_compat.aiendurance, aiendurance, answers.aiendurance_error),
}
DOCUMENTED = VENDORS | {"gofa": Vendor(rest_compat.gofa, gofa, answers.gofa_error)}
"""GOFA's operations change a user's plan one after the other: they are driven by tests of their own."""
SERVED = [
    pytest.param(vendor, operation, id=f"{name}-{operation}".replace("/api/v2", ""))
    for name, vendor in VENDORS.items()
    for operation in vendor.documents.OPERATIONS
    if operation.state is State.SERVED
]
PROTECTED = [each for each in SERVED if each.values[1].credential is not Credential.NONE]
ADMIN = [each for each in SERVED if each.values[1].credential is Credential.ADMINISTRATOR]
ITEMS = [each for each in ADMIN if re.search(r"\{(userId|id)\}", each.values[1].path)]
OWN_FAMILY = {Credential.PARTNER: "partner", Credential.KEY: "API key"}
KEYED_ITEMS = [
    each for each in SERVED if each.values[1].credential is Credential.KEY and "{" in each.values[1].path
]
SEEDS_OWN_IDS = ("2188a980-70a2-4b24-b145-8139cb7f910", "2188a980-70a2-4b24-b145-8139cb7f9106x")
NO_IDS = (
    "x",
    "0",
    "2188a98070a24b24b1458139cb7f9106",
    "urn:uuid:2188a980-70a2-4b24-b145-8139cb7f9106",
    "%00",
)


@pytest.fixture
def ask(client, names):
    """Send an operation's example to one of its spellings, with anything changed."""

    async def send(operation, path=None, headers=None, example=None, **changed):
        filled = names | changed
        return await client.request(
            operation.method,
            (path or operation.path).format_map(names.__class__(filled)),
            headers=headers,
            **(example or operation.example).filled(filled),
        )

    return send


@pytest.fixture
def headers_for(credentials, world):
    by_credential = {
        Credential.NONE: {},
        Credential.ADMINISTRATOR: credentials.pai["admin"],
        Credential.USER: credentials.pai["joe"],
        Credential.PROGRAM: credentials.pai["admin"],
        Credential.PARTNER: world.partner_headers,
        Credential.KEY: credentials.families["API key"],
    }
    return lambda operation: by_credential[operation.credential]


@pytest.mark.parametrize(("vendor", "operation"), SERVED)
async def test_it_answers_its_example_under_every_spelling(vendor, operation, ask, headers_for):
    for path in vendor.documents.spellings(operation.path):
        answer = await ask(operation, path, headers_for(operation))

        assert answer.status_code == operation.success, answer.text
        assert answer.headers["content-type"] == "application/json"
        assert answer.json()


@pytest.mark.parametrize(("vendor", "operation"), PROTECTED)
async def test_without_a_credential_it_answers_401(vendor, operation, ask):
    for path in vendor.documents.spellings(operation.path):
        vendor.refused(await ask(operation, path), 401)


@pytest.mark.parametrize(("vendor", "operation"), PROTECTED)
async def test_with_a_bad_credential_it_answers_401(vendor, operation, ask, forged_tokens, world):
    bad = {what: {"Authorization": f"Bearer {token}"} for what, token in forged_tokens.items()}
    bad["Basic"] = {"Authorization": "Basic YWRtaW46YWRtaW4="}
    bad["empty"] = {"Authorization": ""}
    bad["no token"] = {"Authorization": "Bearer"}
    bad["not ASCII"] = {"Authorization": "Bearer \u00fc"}
    for header in bad.values():
        sent = {name: value.encode("latin-1") for name, value in header.items()}
        vendor.refused(await ask(operation, headers=sent | {"Partner-Id": world.partner_id.encode()}), 401)


@pytest.mark.parametrize(("vendor", "operation"), PROTECTED)
async def test_another_familys_credential_does_not_open_it(vendor, operation, ask, credentials):
    own = OWN_FAMILY.get(operation.credential, "PAI account")
    others = {name: headers for name, headers in credentials.families.items() if name != own}

    assert len(others) == 5
    for headers in others.values():
        vendor.refused(await ask(operation, headers=headers), 401)


@pytest.mark.parametrize(("vendor", "operation"), ADMIN)
async def test_another_organizations_administrator_and_a_mere_user_answer_403(
    vendor, operation, ask, credentials, world
):
    for path in vendor.documents.spellings(operation.path):
        for who in ("other-admin", "joe"):
            vendor.refused(await ask(operation, path, credentials.pai[who]), 403)
        for organization in (world.other_organization, uuid4()):
            answer = await ask(operation, path, credentials.pai["admin"], organizationId=str(organization))
            vendor.refused(answer, 403)


@pytest.mark.parametrize(("vendor", "operation"), ADMIN)
async def test_a_malformed_organization_is_not_found(vendor, operation, ask, credentials):
    for path in vendor.documents.spellings(operation.path):
        for malformed in SEEDS_OWN_IDS + NO_IDS:
            vendor.refused(
                await ask(operation, path, credentials.pai["admin"], organizationId=malformed), 404
            )


@pytest.mark.parametrize(("vendor", "operation"), ITEMS)
async def test_an_unknown_malformed_or_hidden_item_is_not_found(
    vendor, operation, ask, credentials, foreign_names
):
    admin = credentials.pai["admin"]
    for nobodys in (str(uuid4()), *SEEDS_OWN_IDS, *NO_IDS):
        vendor.refused(await ask(operation, headers=admin, userId=nobodys, id=nobodys), 404)
    vendor.refused(await ask(operation, headers=admin, **foreign_names), 404)


@pytest.mark.parametrize(("vendor", "operation"), KEYED_ITEMS)
async def test_an_unknown_or_malformed_template_is_not_found(vendor, operation, ask, headers_for):
    for nobodys in (str(uuid4()), *SEEDS_OWN_IDS, *NO_IDS, "665f1c2e9b1e8a0012ab34cd"):
        answer = await ask(operation, headers=headers_for(operation), workoutId=nobodys, planId=nobodys)
        vendor.refused(answer, 404)


@pytest.mark.parametrize(("vendor", "operation"), SERVED)
async def test_bad_input_is_refused_in_words(vendor, operation, ask, headers_for):
    assert operation.bad or operation in [each.values[1] for each in KEYED_ITEMS]
    for example in operation.bad.values():
        vendor.refused(await ask(operation, headers=headers_for(operation), example=example), 400)


@pytest.mark.parametrize("vendor", VENDORS.values(), ids=VENDORS)
async def test_what_is_not_served_yet_answers_404_or_405_as_the_vendor_does(vendor, ask, headers_for):
    for operation in vendor.documents.OPERATIONS:
        if operation.state is State.OPEN:
            for path in vendor.documents.spellings(operation.path):
                answer = await ask(operation, path, headers_for(operation))
                vendor.refused(answer, answer.status_code)
                assert answer.status_code in (404, 405)
                assert (answer.status_code == 405) is ("allow" in answer.headers)
                assert operation.method not in answer.headers.get("allow", "").split(", ")


@pytest.mark.parametrize("vendor", DOCUMENTED.values(), ids=DOCUMENTED)
def test_the_served_routes_are_the_served_rows(vendor):
    rows = {
        (operation.method, shape(path))
        for operation in vendor.documents.OPERATIONS
        if operation.state is State.SERVED
        for path in vendor.documents.spellings(operation.path)
    }

    assert routes(vendor.package.app(store=None)) == rows


@pytest.mark.parametrize("vendor", DOCUMENTED.values(), ids=DOCUMENTED)
def test_every_documented_path_is_below_a_prefix_of_its_vendor(vendor):
    outside = [path for path in vendor.paths if not path.startswith(vendor.package.PREFIXES)]

    assert outside == []


@pytest.mark.parametrize("vendor", DOCUMENTED.values(), ids=DOCUMENTED)
def test_no_framework_422_is_documented(vendor):
    document = vendor.package.app(store=None).openapi()

    assert document["paths"]
    for operations in document["paths"].values():
        assert not [o for o in operations.values() if "422" in o["responses"]]


@pytest.mark.parametrize("vendor", DOCUMENTED.values(), ids=DOCUMENTED)
def test_no_operation_is_documented_twice(vendor):
    documented = [(o.method, shape(o.path)) for o in vendor.documents.OPERATIONS]

    assert len(documented) == len(set(documented))


def test_the_coverage_table_has_every_operation_served_ones_first():
    lines = coverage_table.table(pai.OPERATIONS).splitlines()

    assert len(lines) == 2 + len(pai.OPERATIONS)
    assert [line.endswith("| served |") for line in lines[2:]].index(False) == 5
    assert lines[-1].endswith("| open (issue 5) |")


def shape(path):
    return re.sub(r"\{[^}]*\}", "{}", path)


def routes(app):
    return {
        (method, shape(context.path))
        for context in iter_route_contexts(app.routes)
        if isinstance(context.original_route, APIRoute)
        for method in context.methods
    }
