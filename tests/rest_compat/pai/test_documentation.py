"""What the OpenAPI documents say: every field has a type, every answer an example, and every example holds."""

import re
from datetime import date, datetime
from uuid import UUID

import pytest
from email_validator import validate_email
from fastapi.routing import iter_route_contexts

from domain.biometrics import BiometricFields
from domain.fields import SOMEWHERE, Fields
from domain.identity.registration import RegistrationFields
from domain.programs.accepting import AcceptanceFields
from domain.programs.invitations import InvitationFields
from domain.users import UserFields
from rest_compat import pai
from rest_compat.pai.admin.views import USER
from rest_compat.pai.auth_apis import SENT
from rest_compat.pai.documentation import FILTER, JSON
from rest_compat.pai.documents import APIS, document_of
from rest_compat.pai.health.views import BIOMETRIC
from rest_compat.pai.program.views import INVITATION, OWN_INVITATION
from rest_compat.pai.q import parse
from rest_compat.pai.shapes import body_shape, filter_shape, shape_of

pytestmark = pytest.mark.anyio

FORMATS = {"uuid": UUID, "date": date.fromisoformat, "date-time": datetime.fromisoformat}
TYPES = {
    "string": str, "integer": int, "number": (int, float), "boolean": bool, "null": type(None),
    "array": list, "object": dict,
}  # fmt: skip
OPERATIONS = [
    pytest.param(operation, id=operation["operationId"])
    for api in APIS
    for path in document_of(api)["paths"].values()
    for operation in path.values()
]


def answers(operation):
    """The JSON that is answered when all goes well."""
    for status, answer in operation["responses"].items():
        if status.startswith("2") and JSON in answer.get("content", {}):
            yield answer["content"][JSON]


def fields_of(schema):
    for name, kind in schema.get("properties", {}).items():
        yield name, kind
        yield from fields_of(kind)
    if "items" in schema:
        yield from fields_of(schema["items"])


def check(example, schema):
    """The keywords that our schemas use."""
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    assert isinstance(example, tuple(TYPES[kind] for kind in kinds)), (example, schema)
    assert example in schema.get("enum", [example])
    if isinstance(example, str):
        FORMATS.get(schema.get("format"), str)(example)
    if isinstance(example, list):
        for each in example:
            check(each, schema["items"])
    if isinstance(example, dict):
        for name, value in example.items():
            check(value, schema["properties"][name])


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_field_that_is_answered_has_a_type(operation):
    for answer in answers(operation):
        untyped = [name for name, kind in fields_of(answer["schema"]) if not kind.get("type")]
        assert untyped == []


@pytest.mark.parametrize("operation", [it for it in OPERATIONS if it.values[0]["tags"] != ["authentication"]])
def test_every_answer_has_an_example_that_holds(operation):
    for answer in answers(operation):
        assert answer["example"]
        check(answer["example"], answer["schema"])


def test_every_route_of_every_api_is_documented_once():
    served = {
        (method.lower(), context.path)
        for context in iter_route_contexts(pai.app(store=None).routes)
        for method in context.methods - {"HEAD"}
        if not context.path.endswith("openapi.json")
    }
    documented = {
        (method, path)
        for api in APIS
        for path, methods in document_of(api)["paths"].items()
        for method in methods
    }
    first = tuple(api.prefix for api in APIS)

    assert documented <= served
    assert {(method, path) for method, path in served if path.startswith(first)} == documented


def test_the_example_of_q_is_one():
    assert parse(FILTER, {"createdOn": "created_at", "id": "id"})


@pytest.mark.parametrize("domain", ["example.test", "a.localhost", "x.invalid", "Example.TEST"])
def test_addresses_that_no_mail_reaches_are_neither_documented_nor_taken(domain):
    with pytest.raises(ValueError, match="special-use"):
        validate_email(f"joe@{domain}", check_deliverability=False)
    assert not re.search(SOMEWHERE, f"joe@{domain}")


def test_addresses_below_other_names_are():
    for address in ("joe@example.org", "joe@test.example.com", "joe@mytest.com"):
        assert re.search(SOMEWHERE, address)


async def test_a_filter_is_documented_as_it_is_taken(client, world):
    """Ids that nobody has match nothing (the seed's own example has some); what is no date is refused."""
    headers = await world.pai_headers(client)

    async def users(**query):
        path = f"/api/v2/admin/organizations/{world.organization}/users"
        return await client.get(path, params=query, headers=headers)

    kinds = {name: filter_shape(USER, name) for name in ("id", "firstName", "dateOfBirth", "createdOn")}

    assert kinds["id"] == {"type": "string"}
    assert (await users(id="id123")).json() == []
    for text, status in {"Ann": 200, "\x01 \u2028": 200, "A\0nn": 400}.items():
        assert bool(re.search(kinds["firstName"]["pattern"], text)) == (status == 200)
        assert (await users(firstName=text)).status_code == status
    for name, form in (("dateOfBirth", "date"), ("createdOn", "date-time")):
        assert kinds[name]["format"] == form
        assert (await users(**{name: "id123"})).status_code == 400


def test_what_is_one_of_two_is_documented_so():
    schema = body_shape(INVITATION, InvitationFields)

    assert [one["required"] for one in schema["oneOf"]] == [["userId"], ["email"]]
    assert schema["oneOf"][0]["properties"]["email"] == {"type": "null"}
    for fields in (InvitationFields, AcceptanceFields):
        assert set(fields.one_of) <= set(fields.model_fields)
    assert Fields.one_of == ()


def test_that_a_day_needs_a_measurement_is_documented():
    schema = body_shape(BIOMETRIC, BiometricFields)

    assert schema["required"] == ["date"]
    assert {one["required"][0] for one in schema["anyOf"]} == schema["properties"].keys() - {"date"}
    assert all(one["properties"][one["required"][0]] == {"not": {"type": "null"}} for one in schema["anyOf"])


def test_birth_dates_are_documented_as_they_are_taken():
    anyone = body_shape(SENT, RegistrationFields)["properties"]["dateOfBirth"]["anyOf"][0]

    for day in ("1900-01-01", "1985-02-01", "2019-12-31", "2025-12-31"):
        assert re.search(anyone["pattern"], day)
    for day in ("1899-12-31", "0357-05-31", "2026-01-01", "9999-01-01"):
        assert not re.search(anyone["pattern"], day)


async def test_time_zones_are_documented_as_they_are_taken(client, world):
    headers = await world.pai_headers(client)
    path = f"/api/v2/admin/organizations/{world.organization}/users"
    documented = body_shape(USER, UserFields)["properties"]["timeZone"]["pattern"]

    for zone, status in {
        "Europe/Oslo": 201,
        "UTC": 201,
        "Etc/GMT+1": 201,
        "Oslo": 400,
        "localtime": 400,
    }.items():
        assert bool(re.search(documented, zone)) == (status == 201)
        body = {"firstName": "Kim", "timeZone": zone}
        assert (await client.post(path, json=body, headers=headers)).status_code == status


def test_an_invitation_may_have_brought_nobody_into_the_program_yet():
    check({"membershipStatus": None, "acceptedOn": None}, shape_of(OWN_INVITATION))
