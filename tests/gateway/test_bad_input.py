"""Whatever is sent: a standard error with a stable code, the right status, and nothing internal."""

import base64
import json
import re

import httpx
import pytest
from graphql import build_client_schema, get_introspection_query, get_named_type, print_schema

from tests.databases import ONE_DATABASE
from tests.gateway import whole
from tests.gateway.walking import TYPES

pytestmark = pytest.mark.anyio

WORDS_OF_OURS = re.compile(
    r"Traceback|sqlalchemy|sqlite|asyncpg|psycopg|SELECT |File \"|site-packages|0x[0-9a-f]{6}"
)
JSON = {"Content-Type": "application/json"}


def forged(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def code_of(answer):
    return answer["errors"][0]["extensions"]["code"]


def deep(levels, inner='{firstName: {eq: "a"}}'):
    return "{and: [" * levels + inner + "]}" * levels


REQUESTS = {
    "an empty body": ({"content": b"", "headers": JSON}, 400, "BAD_REQUEST"),
    "no content type": ({"content": b'{"query": "{ __typename }"}'}, 415, "UNSUPPORTED_MEDIA_TYPE"),
    "text": (
        {"content": b'{"query": "{x}"}', "headers": {"Content-Type": "text/plain"}},
        415,
        "UNSUPPORTED_MEDIA_TYPE",
    ),
    "a form": ({"data": {"query": "{ __typename }"}}, 415, "UNSUPPORTED_MEDIA_TYPE"),
    "a multipart form": ({"files": {"query": b"{ __typename }"}}, 415, "UNSUPPORTED_MEDIA_TYPE"),
    "no JSON": ({"content": b"{", "headers": JSON}, 400, "BAD_REQUEST"),
    "no UTF-8": ({"content": b'{"query": "\xff"}', "headers": JSON}, 400, "BAD_REQUEST"),
    "half a surrogate pair": ({"content": b'{"query": "\\ud800"}', "headers": JSON}, 400, "BAD_REQUEST"),
    "NaN": ({"content": b'{"query": "{x}", "variables": {"a": NaN}}', "headers": JSON}, 400, "BAD_REQUEST"),
    "a name twice": ({"content": b'{"query": "{x}", "query": "{y}"}', "headers": JSON}, 400, "BAD_REQUEST"),
    "a batch": ({"json": [{"query": "{ __typename }"}]}, 400, "BAD_REQUEST"),
    "a string": ({"json": "{ __typename }"}, 400, "BAD_REQUEST"),
    "null": ({"json": None, "content": b"null", "headers": JSON}, 400, "BAD_REQUEST"),
    "no query": ({"json": {}}, 400, "BAD_REQUEST"),
    "an empty query": ({"json": {"query": ""}}, 400, "BAD_REQUEST"),
    "a query that is a number": ({"json": {"query": 5}}, 400, "BAD_REQUEST"),
    "variables in a list": ({"json": {"query": "{x}", "variables": [1]}}, 400, "BAD_REQUEST"),
    "extensions in a string": ({"json": {"query": "{x}", "extensions": "x"}}, 400, "BAD_REQUEST"),
    "a name that is a number": (
        {"json": {"query": "{ __typename }", "operationName": 1}},
        400,
        "BAD_REQUEST",
    ),
    "no such operation": (
        {"json": {"query": "query A { viewer { kind } }", "operationName": "B"}},
        200,
        "OPERATION_RESOLUTION_FAILURE",
    ),
    "only a fragment": (
        {"json": {"query": "fragment A on Query { __typename }"}},
        200,
        "GRAPHQL_VALIDATION_FAILED",
    ),
}
GETS = {
    "": "BAD_REQUEST",
    "?query=": "BAD_REQUEST",
    "?query={viewer{kind}}&variables={": "BAD_REQUEST",
    "?query={viewer{kind}}&variables=[]": "BAD_REQUEST",
    "?query={viewer{kind}}&extensions=x": "BAD_REQUEST",
    "?query={viewer{kind}}&query={viewer{kind}}": "BAD_REQUEST",
    "?query=%ff": "BAD_REQUEST",
    "?" + "a&" * 30: "BAD_REQUEST",
}


async def test_what_is_no_graphql_request_is_refused_in_graphqls_words(client):
    seen = {}
    for name, (sent, _, _) in REQUESTS.items():
        answer = await client.post("/graphql", **sent)
        assert not WORDS_OF_OURS.search(answer.text)
        seen[name] = (answer.status_code, code_of(answer.json()))

    assert seen == {name: (status, code) for name, (_, status, code) in REQUESTS.items()}


async def test_get_takes_a_query_and_nothing_else(client):
    seen = {}
    for query in GETS:
        answer = await client.get(f"/graphql{query}")
        seen[query] = (answer.status_code, code_of(answer.json()))

    assert seen == {query: (400, code) for query, code in GETS.items()}


async def test_other_methods_are_named_in_allow(client):
    answers = [
        await client.request(method, "/graphql", json={}) for method in ("PUT", "DELETE", "PATCH", "OPTIONS")
    ]

    assert {answer.status_code for answer in answers} == {405}
    assert {code_of(answer.json()) for answer in answers} == {"METHOD_NOT_ALLOWED"}
    assert {answer.headers["Allow"] for answer in answers} == {"GET, HEAD, POST"}


DOCUMENTS = {
    "{": "GRAPHQL_PARSE_FAILED",
    "query ($x: ) { x }": "GRAPHQL_PARSE_FAILED",
    '{ user(id: "\\uD800") { id } }': "GRAPHQL_PARSE_FAILED",
    "{ viewer { secret } }": "GRAPHQL_VALIDATION_FAILED",
    "{ viewer }": "GRAPHQL_VALIDATION_FAILED",
    "{ ...Missing }": "GRAPHQL_VALIDATION_FAILED",
    "{ viewer { ...A } } fragment A on Viewer { ...A }": "GRAPHQL_VALIDATION_FAILED",
    '{ users(first: "1") { totalCount } }': "GRAPHQL_VALIDATION_FAILED",
    "{ users(first: 1, orderBy: [{field: PASSWORD}]) { totalCount } }": "GRAPHQL_VALIDATION_FAILED",
    '{ users(first: 1, filter: {password: {eq: "x"}}) { totalCount } }': "GRAPHQL_VALIDATION_FAILED",
    "mutation { x }": "GRAPHQL_VALIDATION_FAILED",
    "subscription { x }": "GRAPHQL_VALIDATION_FAILED",
    "query A { viewer { kind } } query B { viewer { kind } }": "OPERATION_RESOLUTION_FAILURE",
    "query ($x: Int!) { users(first: $x) { totalCount } }": "BAD_USER_INPUT",
    "query ($x: String) { users(first: $x) { totalCount } }": "GRAPHQL_VALIDATION_FAILED",
    "{ users(first: $x) { totalCount } }": "GRAPHQL_VALIDATION_FAILED",
}


async def test_documents_that_cannot_be_executed_get_a_stable_code(ask):
    answers = {document: await ask(document) for document in DOCUMENTS}

    assert {document: code_of(answer) for document, answer in answers.items()} == DOCUMENTS
    assert not any("data" in answer for answer in answers.values())
    assert not WORDS_OF_OURS.search(str(answers))


async def test_variables_of_the_wrong_type_are_named(ask):
    query = "query ($n: Int!, $f: UserFilter) { users(first: $n, filter: $f) { totalCount } }"
    wrong = [
        {"n": "1"},
        {"n": 1.5},
        {"n": True},
        {"n": 2**31},
        {"n": None},
        {"n": 1, "f": 5},
        {"n": 1, "f": {"x": 1}},
        {"n": 1, "f": {"firstName": {"in": [None]}}},
        {"n": 1, "f": {"modifiedAt": {"gt": "yesterday"}}},
    ]

    answers = [await ask(query, **variables) for variables in wrong]

    assert {code_of(answer) for answer in answers} == {"BAD_USER_INPUT"}
    assert all(
        "$n" in answer["errors"][0]["message"] or "$f" in answer["errors"][0]["message"] for answer in answers
    )


ARGUMENTS = [
    "",
    "(first: null)",
    "(first: 1, last: 1)",
    "(first: 0)",
    "(first: 101)",
    "(first: -1)",
    "(last: 0)",
    "(last: 101)",
    '(first: 1, before: "x")',
    '(last: 1, after: "x")',
]
CURSORS = [
    "",
    "nonsense",
    "A" * 5000,
    "é",
    forged({"a": 1}),
    forged([]),
    forged(["a"]),
    forged([[1], {"a": 1}]),
    forged([1, 2]),
    forged(["2024-13-45", "x"]),
    forged(["\0", "\0"]),
    forged([10**30, True]),
    forged(["2024-06-01", "nobody"]),
]
ARGUMENTS += [f'(first: 1, after: "{cursor}")' for cursor in CURSORS]
FILTERS = {
    "activities": [
        '{id: {eq: "nonsense"}}',
        f'{{id: {{eq: "{base64.urlsafe_b64encode(b"User:" + b"0" * 32).decode()}"}}}}',
        f'{{id: {{eq: "{base64.urlsafe_b64encode(b"Activity:123").decode()}"}}}}',
        '{id: {in: ["\\u0000"]}}',
        '{user: {eq: "é"}}',
        '{sport: {eq: "a\\u0000b"}}',
        '{sport: {like: "\\u0000"}}',
        "{sport: {in: [" + '"a" ' * 101 + "]}}",
        "{distanceMeters: {gt: 1e400}}",
    ],
    "users": [deep(4), deep(20), "{or: [" + '{firstName: {eq: "a"}} ' * 101 + "]}"],
}


async def test_pages_are_asked_for_by_one_of_first_and_last_and_cursors_are_ours(ask):
    wrong = {}
    for arguments in ARGUMENTS:
        for root in ("users", "paiSummaries", "activities"):
            answer = await ask(f"{{ {root}{arguments} {{ totalCount }} }}")
            if code_of(answer) != "BAD_REQUEST":
                wrong[root, arguments] = answer

    assert wrong == {}


async def test_a_forged_cursor_is_refused_in_a_relation_too(ask, world):
    query = (
        "query($id: ID!, $c: String) { user(id: $id) { paiSummaries(first: 1, after: $c) { totalCount } } }"
    )
    for value in ([[1], [2]], ["2024-06-01", ["x"]], [{}, {}], ["2024-06-01"], [5, 5], "x", None):
        answer = await ask(query, id=str(world.joe), c=forged(value))

        assert (code_of(answer), answer["data"]) == ("BAD_REQUEST", {"user": {"paiSummaries": None}})


async def test_a_cursor_of_another_order_is_refused(ask, data):
    page = await data("{ activities(first: 1) { pageInfo { endCursor } } }")
    cursor = page["activities"]["pageInfo"]["endCursor"]

    answers = [
        await ask(f'{{ activities(first: 1, after: "{cursor}", orderBy: [{order}]) {{ totalCount }} }}')
        for order in ("{field: DISTANCE_METERS}", "{field: STARTED_AT}, {field: MODIFIED_AT}")
    ]

    assert [code_of(answer) for answer in answers] == ["BAD_REQUEST", "BAD_REQUEST"]


async def test_filters_that_no_column_can_hold_are_refused_with_words(ask):
    wrong = {}
    for root, filters in FILTERS.items():
        for given in filters:
            answer = await ask(f"{{ {root}(first: 1, filter: {given}) {{ totalCount }} }}")
            if (
                "errors" not in answer
                or code_of(answer) != "BAD_REQUEST"
                or WORDS_OF_OURS.search(str(answer))
            ):
                wrong[given] = answer

    assert wrong == {}


async def test_dates_that_do_not_exist_are_validation_errors(ask):
    for given in (
        '{date: {eq: "2024-02-30"}}',
        '{date: {gt: "10000-01-01"}}',
        '{modifiedAt: {gt: "0000-01-01T00:00:00Z"}}',
        '{modifiedAt: {gt: "0001-01-01T00:00:00+14:00"}}',
        '{modifiedAt: {lt: "9999-12-31T23:59:59-14:00"}}',
    ):
        answer = await ask(f"{{ paiSummaries(first: 1, filter: {given}) {{ totalCount }} }}")

        assert code_of(answer) == "GRAPHQL_VALIDATION_FAILED"


async def test_the_filters_limits_themselves_are_allowed(data):
    await data(f"{{ users(first: 1, filter: {deep(3)}) {{ totalCount }} }}")
    await data("{ users(first: 1, filter: {firstName: {in: [%s]}}) { totalCount } }" % ('"a" ' * 100))


async def test_an_instant_without_a_zone_is_utc(data):
    for zone in ("", "Z", "+00:00"):
        found = await data(
            f'{{ activities(first: 9, filter: {{startedAt: {{gte: "2024-06-05T12:00:00{zone}"}}}}) {{ totalCount }} }}'
        )
        assert found["activities"]["totalCount"] == 1


async def test_a_malformed_id_is_an_error_and_an_unknown_one_is_null(ask):
    for given in ("", "x", "é" * 300, "\x00", "VXNlcjo", base64.b64encode(b"Activity:" + b"0" * 32).decode()):
        assert code_of(await ask("query($id: ID!) { user(id: $id) { id } }", id=given)) == "BAD_REQUEST"
    unknown = await ask('{ user(id: "00000000-0000-0000-0000-000000000000") { id } }')

    assert unknown == {"data": {"user": None}}


async def test_introspection_tells_the_schema_that_is_kept(data, pytestconfig):
    found = await data(get_introspection_query(input_value_deprecation=True))

    told = print_schema(build_client_schema(found))
    assert "type PaiSummaryConnection" in told
    assert told.count("\ntype ") == (pytestconfig.rootpath / "schema.graphql").read_text().count("\ntype ")


async def test_a_refused_request_harms_nobody_else(client, records):
    async with httpx.AsyncClient(transport=client._transport, base_url="http://gateway.test") as other:  # noqa: SLF001
        for sent, _, _ in REQUESTS.values():
            await client.post("/graphql", **sent)
        answer = await other.post(
            "/graphql", json={"query": "{ viewer { kind } }"}, headers=records.headers("joe")
        )

    assert answer.json()["data"] == {"viewer": {"kind": "USER"}}


NO_TEXT = '{eq: "a\\u0000"}'
"""No column of text can hold it."""


@ONE_DATABASE
async def test_what_is_wrong_with_a_filter_is_told_by_the_name_that_graphql_has_for_it(ask):
    told = set()
    for root, field in TYPES["Query"].fields.items():
        given = field.args.get("filter")
        for name, one in getattr(get_named_type(given.type), "fields", {}).items() if given else ():
            if get_named_type(one.type).name != "StringFilter":
                continue
            answer = await ask(f"{{ {root}(first: 1, filter: {{{name}: {NO_TEXT}}}) {{ totalCount }} }}")
            for error in answer.get("errors", ()):
                told.add(name)
                assert error["message"].startswith(f"{name} "), error
                assert error["extensions"] == {"code": "BAD_REQUEST", "field": name}
                assert "_" not in error["message"], error

    assert told >= {"firstName", "externalId"}


@ONE_DATABASE
async def test_a_field_is_sorted_by_once(ask):
    """A forged cursor would have it compared with itself in ever longer conditions."""
    twice = "{ users(first: 1, orderBy: [%s]) { totalCount } }"
    answer = await ask(twice % ("{field: FIRST_NAME} " * 300))

    assert (code_of(answer), answer["errors"][0]["message"]) == (
        "BAD_REQUEST", "orderBy takes each field once",
    )  # fmt: skip


@ONE_DATABASE
async def test_sentences_of_vendors_are_told_in_graphqls_spelling(data, world, records):
    await whole.made(world)

    found = await data(
        """mutation {
          recordExerciseSession(input: {exerciseId: "march-library", sequenceIndex: 1}) { userErrors { message } }
        }""",
        "joe",
    )

    [error] = found["recordExerciseSession"]["userErrors"]
    assert error["message"] == "sequenceIndex says nothing without routineRunId"


@ONE_DATABASE
@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
async def test_an_instant_that_utc_does_not_know_is_refused(ask, world, instant):
    level = f'{{kind: FALL_RISK, level: LOW, assessedAt: "{instant}"}}'
    for query in (
        f'mutation {{ recordTrainingAssessment(userId: "{world.joe}", input: {level}) {{ __typename }} }}',
        f'mutation {{ createApiKey(input: {{name: "a", scopes: [], expiresAt: "{instant}"}}) {{ __typename }} }}',
        f'{{ users(first: 1, filter: {{createdAt: {{gt: "{instant}"}}}}) {{ totalCount }} }}',
    ):
        answer = await ask(query)
        assert code_of(answer) == "GRAPHQL_VALIDATION_FAILED", answer
        assert "1 to 9999" in answer["errors"][0]["message"]
