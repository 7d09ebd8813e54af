"""No document, however it is built, occupies the process for long: each bomb is refused by the limit it breaks."""

import asyncio
import time

import pytest
from graphql import execute, get_introspection_query, parse

from gateway.documents import library
from gateway.documents.library import Library
from gateway.documents.prices import Failure, price_of
from gateway.documents.sizes import check_size, size_of
from gateway.limits import Limits, values_within
from gateway.schema import schema
from tests.databases import ONE_DATABASE
from tests.gateway.hostile import DOCUMENTS, LISTS, VARIABLES

pytestmark = pytest.mark.anyio

A_SECOND = 1.0  # of CPU, which is what is promised
PATIENCE = 15.0  # machines that test are slow, and do other things


@pytest.fixture
async def sent(client, records):
    async def send(query, **more):
        """The answer's code, or None; within the time that is promised."""
        started, used = time.perf_counter(), time.process_time()
        answer = await client.post(
            "/graphql", json={"query": query, **more}, headers=records.headers("admin")
        )
        assert time.process_time() - used < A_SECOND, query[:100]
        assert time.perf_counter() - started < PATIENCE, query[:100]
        errors = answer.json().get("errors")
        return errors[0]["extensions"]["code"] if errors else None

    return send


@ONE_DATABASE
async def test_every_bomb_is_refused_by_the_limit_it_breaks_and_in_time(sent):
    codes = {name: await sent(query) for name, (query, _) in DOCUMENTS.items()}

    assert len(DOCUMENTS) >= 40
    assert codes == {name: code for name, (_, code) in DOCUMENTS.items()}


@ONE_DATABASE
async def test_other_clients_are_served_while_bombs_come_in(client, records):
    headers = records.headers("admin")
    bombs = asyncio.gather(
        *(client.post("/graphql", json={"query": query}, headers=headers) for query, _ in DOCUMENTS.values())
    )
    served = []
    while not bombs.done():
        started = time.perf_counter()
        answer = await client.post("/graphql", json={"query": "{ viewer { kind } }"})
        served.append((answer.status_code, time.perf_counter() - started < PATIENCE))
    await bombs

    assert served
    assert set(served) == {(200, True)}


LIMITED = {
    "TOO_LONG": "characters",
    "TOO_LONG_NAME": "name_characters",
    "TOO_MANY_TOKENS": "tokens",
    "TOO_MANY_OPERATIONS": "operations",
    "TOO_MANY_VARIABLES": "variables",
    "TOO_MANY_ALIASES": "aliases",
    "TOO_MANY_ROOT_FIELDS": "root_fields",
    "TOO_MANY_DIRECTIVES": "directives",
    "TOO_MANY_FIELDS": "fields",
    "TOO_MANY_REPEATS": "repeats",
    "TOO_MANY_FRAGMENTS": "fragments",
    "TOO_MANY_NODES": "nodes",
    "TOO_COMPLEX": "cost",
}
"""Codes whose refusal names one limit; TOO_DEEP has several."""


@ONE_DATABASE
async def test_a_refusal_says_the_number_that_was_passed(client, records):
    for query, code in DOCUMENTS.values():
        if code in LIMITED:
            answer = await client.post("/graphql", json={"query": query}, headers=records.headers("admin"))
            [error] = answer.json()["errors"]
            assert f" {getattr(Limits(), LIMITED[code])} " in error["message"], error
            assert len(answer.content) < 2000, "what was sent does not come back"


@ONE_DATABASE
async def test_variables_are_bounded_like_literals(sent):
    query = "query($f: UserFilter) { users(first: 1, filter: $f) { totalCount } }"

    codes = {name: await sent(query, variables={"f": given}) for name, given in VARIABLES.items()}

    assert codes == dict.fromkeys(VARIABLES, "TOO_MANY_VARIABLE_VALUES")


async def test_long_strings_and_deep_json_are_read_in_time(client, sent):
    query = "query($n: String) { users(first: 1, filter: {firstName: {like: $n}}) { totalCount } }"
    deep = b'{"query": "{ __typename }", "variables": ' + b"[" * 120_000 + b"]" * 120_000 + b"}"

    long = [
        await sent(query, variables={"n": text}) for text in ("a" * 250_000, "%a" * 100_000, "\\%_" * 40_000)
    ]
    answer = await client.post("/graphql", content=deep, headers={"Content-Type": "application/json"})

    assert long == ["BAD_REQUEST"] * 3
    assert answer.status_code == 400


@ONE_DATABASE
async def test_a_variable_filter_weighs_what_it_holds(sent):
    query = "query($f: PaiSummaryFilter) {" + (LISTS % ("first: 9, filter: $f", "id"))[1:]

    assert await sent(query, variables={"f": {"and": [{}] * 90}}) == "TOO_COMPLEX"
    assert await sent(query, variables={"f": {"date": {"gte": "2024-01-01"}}}) is None


@ONE_DATABASE
async def test_a_page_size_in_a_variable_counts_as_given_or_as_its_default_and_null_as_the_largest(sent):
    query = "query($n: Int = 5) {" + (LISTS % ("first: $n", "id"))[1:]
    given = ({"n": 100}, {"n": None}, {}, {"n": 10}, {"n": -5}, {"n": 2**40})

    codes = [await sent(query, variables=variables) for variables in given]

    assert codes == ["TOO_MANY_NODES", "TOO_MANY_NODES", None, None, "BAD_REQUEST", "TOO_MANY_NODES"]


async def test_what_tools_and_frontends_ask_is_allowed(sent):
    assert await sent(INTROSPECTION) is None
    assert await sent(LISTS % ("first: 98", "date paiScore dailyPai timeZone")) is None
    assert (
        await sent(
            "{ users(first: 50) { totalCount nodes { id firstName "
            "activities(first: 10) { nodes { name sport startedAt user { id firstName } } } "
            "paiSummaries(first: 30) { nodes { date paiScore intensityZones { name pai } } } } } }"
        )
        is None
    )


@ONE_DATABASE
async def test_a_request_over_the_limit_is_not_read(client, gateway):
    big = {"query": "{ __typename }" + " " * 300_000}
    long_url = {"type": "http", "method": "GET", "path": "/graphql", "headers": []}
    long_url["query_string"] = b"query=" + b"a" * 300_000
    got = []

    posted = await client.post("/graphql", json=big)
    await gateway(long_url, None, lambda message: kept(got, message))

    assert [posted.status_code, got[0]["status"]] == [413, 413]
    assert posted.json()["errors"][0]["extensions"] == {"code": "TOO_LARGE"}


async def kept(messages, message):
    messages.append(message)


def test_the_documentation_knows_every_limit_and_code(pytestconfig):
    told = (pytestconfig.rootpath / "docs" / "graphql.md").read_text()
    section = told.partition("## Limits")[2].partition("\n## ")[0]
    rows = [line.split("|")[2].strip() for line in section.splitlines() if line.startswith("|")]

    assert {f"{limit:,}" for limit in vars(Limits()).values()} <= set(rows)
    assert all(f"`{code}`" in told for _, code in DOCUMENTS.values())


def price(text, **variables):
    """Of a document without limits, as `graphql.documents.prices` judges it."""
    document = Library(schema.graphql).document(text)
    assert document.errors == []
    return price_of(schema.graphql, document.operation(None), document.fragments, variables)


def test_nodes_are_page_sizes_multiplied():
    size = "query($n: Int%s) { users(first: $n) { totalCount } }"

    assert price("{ viewer { kind } }").nodes == 0
    assert price("{ users(first: 10) { totalCount } }").nodes == 10
    assert price("{ users(first: 10) { nodes { activities(last: 4) { nodes { id } } } } }").nodes == 50
    assert price(size % "", n=7).nodes == 7
    assert price(size % "").nodes == price(size % " = 200").nodes == 100
    assert price(size % " = 3").nodes == 3
    assert price(size % "", n=None).nodes == 100
    assert price("{ users(first: -3, last: -9) { totalCount } }").nodes == 0
    assert price("{ users(first: null) { totalCount } }").nodes == 0
    assert price("{ users { totalCount } }").nodes == 100


def test_points_are_weights_times_rows():
    """README tells how; a row of two values under a connection of ten is 80 + 40 + 10 * (5 + 2) points."""
    assert price("{ users(first: 10) { nodes { firstName lastName } } }").points == 80 + 40 + 10 * (5 + 2)
    assert price("{ viewer { kind user { id } } }").points == 35 + 1 + 35 + 1
    assert price("{ paiSummaries(first: 1) { nodes { intensityZones { pai } } } }").points == 120 + 5 + 35 + 5
    assert price(
        "{ activities(first: 2) { nodes { streams(maxPoints: 100) { heartRateBpm powerWatts } } } }"
    ).points == 120 + 2 * (5 + 35 + 40 + 2 * 40 + 10)


def test_what_is_asked_for_by_ids_costs_by_their_number():
    by_variable = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    ten = price(by_variable, ids=["x"] * 10).points

    assert price('{ nodes(ids: ["x", "x", "x"]) { id } }').points == 35 + 40 * 4 + 3 * 1
    assert ten == 35 + 40 * 11 + 10 * 1
    assert price(by_variable, ids=["x"] * 100).points == 35 + 40 * 101 + 100 * 1


def test_what_a_variable_holds_by_default_costs_as_if_it_were_written_there():
    by_default = 'query($ids: [ID!]! = ["x", "x", "x"]) { nodes(ids: $ids) { id } }'

    assert price(by_default).points == price('{ nodes(ids: ["x", "x", "x"]) { id } }').points
    assert price(by_default, ids=["x"]).points == price('{ nodes(ids: ["x"]) { id } }').points


def test_a_list_without_pages_that_can_be_long_costs_as_such():
    assert price("{ routineCatalogue { enabledTemplates { name } } }").points == 35 + 35 + 100
    assert price("{ imports(first: 1) { nodes { failures { error } } } }").points == 120 + 5 + 35 + 100
    assert price("{ viewer { routineProgress { days { date } } } }").points == 3 * 35 + 29


def test_prices_are_remembered_within_bounds(monkeypatch):
    """Each number is another one, and whoever sends it may be refused: to remember them costs the client nothing."""
    worked_out = []
    monkeypatch.setattr(library, "MOST_FIELDS", 100)
    monkeypatch.setattr(library, "price_of", lambda *given: worked_out.append(given) or price_of(*given))
    shelf = Library(schema.graphql)
    document = shelf.document("query($n: Int) { users(first: $n) { nodes {" + " id" * 40 + " } } }")
    operation = document.operation(None)

    for n in (1, 2, 3, 3, 2, 1):
        shelf.price(document, operation, {"n": n})

    assert [given[-1]["n"] for given in worked_out] == [1, 2, 3, 1]


def test_a_price_is_not_remembered_for_variables_that_cost_more():
    shelf = Library(schema.graphql)
    document = shelf.document('query($ids: [ID!]! = ["x", "x"]) { nodes(ids: $ids) { id } }')
    operation = document.operation(None)
    given = ({"ids": None}, {}, {"ids": {"a": 1, "b": 2}}, {"ids": ["x", "x"]})

    prices = [shelf.price(document, operation, variables).points for variables in given]

    assert prices == [35 + 40 + 1, 35 + 40 * 3 + 2, 35 + 40 * 3 + 1, 35 + 40 * 3 + 2]


INTROSPECTION = get_introspection_query(input_value_deprecation=True, specified_by_url=True)
LISTS_OF_A_TYPE = ("fields", "inputFields", "enumValues", "interfaces", "possibleTypes")
CHOSEN = ("Node", "Query", "Mutation", "User", "UserFilter", "EventKind")


def around(inner, *words):
    """A selection in the fields that lead to it, the outermost first."""
    for word in reversed(words):
        inner = f"{word} {{ {inner} }}"
    return f"{{ {inner} }}"


@pytest.mark.parametrize("names", LISTS_OF_A_TYPE)
@pytest.mark.parametrize("within", [[], ["possibleTypes"], ["interfaces"], ["inputFields", "type"]])
def test_introspection_of_all_types_is_paid_for_whatever_comes(names, within):
    assert_paid_for(around("name", "__schema", "types", *within, names))
    assert_paid_for(INTROSPECTION)


@pytest.mark.parametrize("name", CHOSEN)
def test_introspection_of_a_type_is_paid_for_whichever_it_is(name):
    chosen = f'__type(name: "{name}")'

    assert_paid_for(around("name args { name type { name } }", chosen, "fields"))
    assert_paid_for(around("name args { name type { name } }", chosen, "possibleTypes", "fields"))
    assert_paid_for(around("inputFields { name } enumValues { name } interfaces { name }", chosen))
    assert_paid_for(around("name args { name }", "__schema", "mutationType", "fields"))


def test_a_type_within_a_type_is_paid_for_by_what_is_asked_of_its_fields():
    """Only what the wrapper itself says comes with it."""
    prices = [
        price(f"{{ __schema {{ types {{ fields {{ type {{ name ofType {{ {of} }} }} }} }} }} }}").points
        for of in ("name", "name kind", "fields { name }", "fields { name description }")
    ]

    assert prices[0] == prices[1]
    assert prices[3] > 1.1 * prices[2] > 5 * prices[1]


def assert_paid_for(query):
    asked = price(query)
    answer = execute(schema.graphql, parse(query))

    assert answer.errors is None
    assert sum(item.spent(answer.data[item.key]) for item in asked.items) <= asked.points


def test_samples_of_a_day_cost_as_streams_do():
    asked = price("{ heartRateDays(first: 1) { nodes { samples(maxPoints: 2000) { heartRateBpm } } } }")

    assert asked.points == 120 + 5 + 35 + 40 + 40 + 2000 // 20


def test_what_was_done_costs_by_the_rows_that_came():
    asked = price("{ users(first: 10) { nodes { firstName paiSummaries(first: 5) { nodes { date } } } } }")
    rows = {"users": {"nodes": [{"firstName": "A", "paiSummaries": {"nodes": [{"date": "d"}] * 3}}] * 2}}

    assert asked.points == 120 + 10 * (5 + 1 + 120 + 5 * (5 + 1))
    assert asked.spent(rows) == 120 + 5 + 2 * (1 + 120 + 5 + 3 * 1)
    assert asked.spent({"users": None}) == 120
    assert asked.spent({}) == 0
    assert asked.spent(None) == asked.points


def test_what_is_refused_gives_back_its_price_and_what_failed_inside_does_not():
    asked = price(
        "{ a: users(first: 10) { nodes { organization { name } } } b: users(first: 9) { nodes { id } } }"
    )
    edge = 35 + 1
    a, b = 120 + 10 * (5 + edge), 120 + 9 * (5 + 1)
    one = {"a": {"nodes": [{"organization": None}] * 2}, "b": None}
    base = 120 + 5 + 2 * edge + 120

    def spent(data, *path, refused):
        return asked.spent(data, [Failure(path, refused)])

    assert asked.points == a + b
    assert spent({"a": None, "b": None}, "a", refused=True) == 120 + 120
    assert spent({"a": None, "b": None}, "a", refused=False) == a + 120
    assert spent({"a": None, "b": None}, "a", "nodes", 3, "organization", refused=True) == a + 120
    assert spent(one, "b", refused=True) == base
    assert spent(one, "b", "nodes", 0, "id", refused=False) == base + b - 120
    assert spent(one, "a", "nodes", 1, "organization", refused=True) == base
    assert spent(one, "a", "nodes", 1, "organization", "name", refused=False) == base + 1


def test_streams_cost_by_the_values_that_came():
    asked = price("{ activities(first: 1) { nodes { s: streams(maxPoints: 10000) { heartRateBpm } } } }")
    one = {"activities": {"nodes": [{"s": {"heartRateBpm": [1] * 400}}]}}

    assert asked.points - asked.spent(one) == (10_000 - 400) // 20


def size(document):
    return size_of(parse(document), Limits())


def test_a_fragment_counts_each_time_it_is_spread_and_a_circle_not_at_all():
    fragment = "fragment A on Query { a: users(first: 10) { totalCount @skip(if: false) } }"

    once, twice = size("{ ...A } " + fragment), size("{ ...A ... { ...A } } " + fragment)

    assert (once.aliases, once.fields, once.depth, once.root_fields, once.directives) == (1, 2, 1, 1, 1)
    assert (twice.aliases, twice.fields, twice.depth, twice.root_fields, twice.directives) == (2, 4, 1, 2, 2)
    assert size("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A x }").fields == 1
    assert price("{ ...A ...A } " + "fragment A on Query { users(first: 9) { totalCount } }").nodes == 18


def test_depth_is_that_of_the_deepest_field_and_introspection_has_none():
    assert size("{ a { b { c } } d { e } }").depth == 2
    assert size("{ __schema { types { fields { type { name } } } } }").depth == 0


def test_a_limit_may_be_reached_and_not_passed():
    check_size(parse("{ a { b } }"), Limits(depth=1, fields=2, root_fields=1))
    assert values_within({"a": [1, {"b": None}]}) == 5
