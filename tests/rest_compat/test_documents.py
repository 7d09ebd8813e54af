"""Every documented operation, driven through the whole application by the table that documents it."""

import itertools
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
from tests.databases import ONE_DATABASE
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
EVERY = pytest.mark.parametrize("vendor", VENDORS.values(), ids=VENDORS)
EVERY_DOCUMENTED = pytest.mark.parametrize("vendor", DOCUMENTED.values(), ids=DOCUMENTED)
ANY_ID = re.compile(r"\{(?!organizationId)(\w*[iI]d)\}")
IN_ORGANIZATIONS = (Credential.ADMINISTRATOR, Credential.USER, Credential.PROGRAM)
NOT_ALLOWED = {
    Credential.ADMINISTRATOR: ("joe", "coach"),
    Credential.USER: (),
    Credential.PROGRAM: ("joe", "admin", "rival", "other-coach"),
}
"""Accounts of the organization, or with the role, that an operation is none the less closed to."""
OWN_FAMILY = {Credential.PARTNER: "partner", Credential.KEY: "API key"}
SEEDS_OWN_IDS = ("2188a980-70a2-4b24-b145-8139cb7f910", "2188a980-70a2-4b24-b145-8139cb7f9106x")
NO_IDS = (
    "x",
    "0",
    "2188a98070a24b24b1458139cb7f9106",
    "urn:uuid:2188a980-70a2-4b24-b145-8139cb7f9106",
    "%00",
)


@pytest.fixture
def ask(client, names, store):
    """Send an operation's example to one of its spellings, with anything changed; nobody counts how often."""
    store.settings = store.settings.model_copy(
        update={"strange_requests_per_minute": 10**6, "mails_per_hour": 99}
    )

    async def send(operation, path=None, headers=None, example=None, **changed):
        filled = names.__class__(names | changed)
        return await client.request(
            operation.method,
            (path or operation.path).format_map(filled),
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
        Credential.PROGRAM: credentials.pai["coach"],
        Credential.PARTNER: world.partner_headers,
        Credential.KEY: credentials.families["API key"],
    }
    return lambda operation: by_credential[operation.credential]


def served(vendor, *credentials):
    """In an order in which what is removed is not asked for again."""
    rows = [o for o in vendor.documents.OPERATIONS if o.state is State.SERVED]
    wanted = [o for o in rows if not credentials or o.credential in credentials]
    return sorted(wanted, key=turn)


def turn(operation):
    """What only reads or adds goes first; administrators, who remove whole people, go last."""
    removes = operation.method == "DELETE"
    return (
        removes,
        removes and operation.credential is Credential.ADMINISTRATOR,
        removes and -operation.path.count("/"),
    )


def protected(vendor):
    return [o for o in served(vendor) if o.credential is not Credential.NONE]


def with_accounts(vendor):
    return served(vendor, *IN_ORGANIZATIONS)


def keyed_items(vendor):
    return [o for o in served(vendor, Credential.KEY) if "{" in o.path]


def every_with(operations):
    """The vendors that have any of these operations."""
    having = {name: vendor for name, vendor in VENDORS.items() if operations(vendor)}
    return pytest.mark.parametrize("vendor", having.values(), ids=having)


def spelled(vendor, operations):
    return [(o, path) for o in operations for path in vendor.documents.spellings(o.path)]


@EVERY
async def test_every_operation_answers_its_example_under_every_spelling(vendor, ask, headers_for):
    for operation in served(vendor):
        expected = operation.success
        for path in vendor.documents.spellings(operation.path):
            answer = await ask(operation, path, headers_for(operation))

            assert answer.status_code == expected, f"{operation} {path}: {answer.text}"
            if expected == 204:
                assert not answer.content
            else:
                assert answer.headers["content-type"] == "application/json"
                assert answer.json(), operation
            expected = operation.again or expected


@EVERY
@ONE_DATABASE
async def test_without_a_credential_every_operation_answers_401(vendor, ask):
    for operation, path in spelled(vendor, protected(vendor)):
        vendor.refused(await ask(operation, path), 401)


@EVERY
@ONE_DATABASE
async def test_with_a_bad_credential_every_operation_answers_401(vendor, ask, forged_tokens, world):
    bad = {what: {"Authorization": f"Bearer {token}"} for what, token in forged_tokens.items()}
    bad["Basic"] = {"Authorization": "Basic YWRtaW46YWRtaW4="}
    bad["empty"] = {"Authorization": ""}
    bad["no token"] = {"Authorization": "Bearer"}
    bad["not ASCII"] = {"Authorization": "Bearer \u00fc"}
    for operation in protected(vendor):
        for header in bad.values():
            sent = {name: value.encode("latin-1") for name, value in header.items()}
            answer = await ask(operation, headers=sent | {"Partner-Id": world.partner_id.encode()})
            vendor.refused(answer, 401)


@EVERY
@ONE_DATABASE
async def test_another_familys_credential_opens_no_operation(vendor, ask, credentials):
    for operation in protected(vendor):
        own = OWN_FAMILY.get(operation.credential, "PAI account")
        others = {name: headers for name, headers in credentials.families.items() if name != own}

        assert len(others) == 5
        for headers in others.values():
            vendor.refused(await ask(operation, headers=headers), 401)


@every_with(with_accounts)
@ONE_DATABASE
async def test_another_organizations_accounts_answer_403(vendor, ask, credentials, world, headers_for):
    """And so does whoever has another role than the one asked for, or has it in another program."""
    for operation, path in spelled(vendor, with_accounts(vendor)):
        for who in ("other-admin", "eve", *NOT_ALLOWED[operation.credential]):
            vendor.refused(await ask(operation, path, credentials.pai[who]), 403)
        theirs = {"organizationId": str(world.other_organization)}
        vendor.refused(await ask(operation, path, headers_for(operation), **theirs), 403)


@every_with(with_accounts)
@ONE_DATABASE
async def test_a_malformed_organization_is_not_found(vendor, ask, headers_for):
    malformed = itertools.cycle(SEEDS_OWN_IDS + NO_IDS)
    for operation, path in spelled(vendor, with_accounts(vendor)):
        answer = await ask(operation, path, headers_for(operation), organizationId=next(malformed))
        vendor.refused(answer, 404)


@ONE_DATABASE
@every_with(with_accounts)
async def test_an_unknown_malformed_or_hidden_item_is_not_found(vendor, ask, headers_for, foreign_names):
    """Whether there is a program one does not administer is not told: it is forbidden either way."""
    malformed = itertools.cycle(SEEDS_OWN_IDS + NO_IDS)
    for operation in served(vendor, *IN_ORGANIZATIONS):
        for name in ANY_ID.findall(operation.path):
            hidden = 403 if name == "programId" else 404
            nobodys = {str(uuid4()): hidden, next(malformed): 404, foreign_names[name]: hidden}
            for one, status in nobodys.items():
                answer = await ask(operation, headers=headers_for(operation), **{name: one})
                vendor.refused(answer, status)


@every_with(keyed_items)
async def test_an_unknown_or_malformed_template_is_not_found(vendor, ask, headers_for):
    for operation in keyed_items(vendor):
        for nobodys in (str(uuid4()), *SEEDS_OWN_IDS, *NO_IDS, "665f1c2e9b1e8a0012ab34cd"):
            answer = await ask(operation, headers=headers_for(operation), workoutId=nobodys, planId=nobodys)
            vendor.refused(answer, 404)


@ONE_DATABASE
@EVERY
async def test_bad_input_is_refused_in_words(vendor, ask, headers_for):
    for operation in served(vendor):
        unspoiled = operation in keyed_items(vendor) or not (
            operation.example.json or operation.method == "GET"
        )
        assert operation.bad or unspoiled, operation
        for what, example in operation.bad.items():
            answer = await ask(operation, headers=headers_for(operation), example=example)

            assert answer.status_code == 400, f"{operation}, {what}: {answer.text}"
            vendor.refused(answer, 400)


@EVERY
@ONE_DATABASE
async def test_what_is_not_served_yet_answers_404_or_405_as_the_vendor_does(vendor, ask, headers_for):
    for operation in vendor.documents.OPERATIONS:
        if operation.state is State.OPEN:
            for path in vendor.documents.spellings(operation.path)[-1:]:
                answer = await ask(operation, path, headers_for(operation))
                vendor.refused(answer, answer.status_code)
                assert answer.status_code in (404, 405)
                assert (answer.status_code == 405) is ("allow" in answer.headers)
                assert operation.method not in answer.headers.get("allow", "").split(", ")


@EVERY_DOCUMENTED
def test_the_served_routes_are_the_served_rows(vendor):
    rows = {
        (operation.method, shape(path))
        for operation in vendor.documents.OPERATIONS
        if operation.state is State.SERVED
        for path in vendor.documents.spellings(operation.path)
    }

    assert routes(vendor.package.app(store=None)) == rows


@EVERY_DOCUMENTED
def test_every_documented_path_is_below_a_prefix_of_its_vendor(vendor):
    outside = [path for path in vendor.paths if not path.startswith(vendor.package.PREFIXES)]

    assert outside == []


@EVERY_DOCUMENTED
def test_no_framework_422_is_documented(vendor):
    document = vendor.package.app(store=None).openapi()

    assert document["paths"]
    for operations in document["paths"].values():
        assert not [o for o in operations.values() if "422" in o["responses"]]


@EVERY_DOCUMENTED
def test_no_operation_is_documented_twice(vendor):
    documented = [(o.method, shape(o.path)) for o in vendor.documents.OPERATIONS]

    assert len(documented) == len(set(documented))


@EVERY_DOCUMENTED
def test_the_coverage_table_has_every_operation_served_ones_first(vendor):
    rows = vendor.documents.OPERATIONS
    lines = coverage_table.table(rows).splitlines()[2:]
    is_served = [line.endswith("| served |") for line in lines]

    assert len(lines) == len(rows)
    assert is_served == sorted(is_served, reverse=True)
    assert sum(is_served) == len(served(vendor))
    assert all(re.search(r"\| open \(issue \d\) \|$", line) for line in lines[len(served(vendor)) :])


def shape(path):
    return re.sub(r"\{[^}]*\}", "{}", path)


def routes(app):
    return {
        (method, shape(context.path))
        for context in iter_route_contexts(app.routes)
        if isinstance(context.original_route, APIRoute)
        for method in context.methods
    }
