"""No document, however it is built, occupies the process for long: each bomb is refused by the limit it breaks."""

import time

import pytest
from graphql import get_introspection_query, parse

from gateway.limits import Limits, check, cost_of, values_within

pytestmark = pytest.mark.anyio

PATIENCE = 15.0  # a second is what is promised; machines that test are slow
HUNDRED = "first: 100"


def doubling(levels, inner="viewer { kind }"):
    """Fragments that each spread the next one twice: 2 to the power of `levels` once written out."""
    chain = "".join(f"fragment f{i} on Query {{ ...f{i + 1} ...f{i + 1} }}" for i in range(levels))
    return f"{{ ...f0 }} {chain} fragment f{levels} on Query {{ {inner} }}"


def nested(levels):
    user = "kind"
    for _ in range(levels):
        user = f"user {{ paiSummaries(first: 1) {{ nodes {{ {user if user != 'kind' else 'id'} }} }} }}"
    return f"{{ viewer {{ {user} }} }}"


LISTS = "{ users(first: 100) { nodes { paiSummaries(%s) { nodes { %s } } } } }"
BOMBS = {
    "nested relations": (nested(4), "TOO_DEEP"),
    "nested inline fragments": ("{" + "... {" * 100 + "viewer { kind }" + "}" * 101, "TOO_DEEP"),
    "nesting without end": ("{" + "a {" * 60_000, "GRAPHQL_PARSE_FAILED"),
    "a nested list": ("{ users(first: " + "[" * 100_000, "GRAPHQL_PARSE_FAILED"),
    "a nested object": ("{ users(filter: " + "{and: [" * 900, "GRAPHQL_PARSE_FAILED"),
    "a chain of fragments": (doubling(60), "TOO_DEEP"),
    "doubling fragments": (doubling(40), "TOO_MANY_FIELDS"),
    "doubling fragments that are small": (doubling(12), "TOO_MANY_FIELDS"),
    "fragments that double in fields": (
        "{ viewer { user { ...f0 } } }"
        + "".join(
            f"fragment f{i} on User {{ activities(first: 1) {{ nodes {{ user {{ ...f{i + 1} ...f{i + 1} }} }} }} }}"
            for i in range(15)
        )
        + "fragment f15 on User { id }",
        "TOO_DEEP",
    ),
    "fragments in a circle": (
        "{ ...a } fragment a on Query { ...b ...b } fragment b on Query { ...a ...a viewer { kind } }",
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "a flood of fragments": (
        "".join(f"fragment f{i} on Query {{ a }}" for i in range(9000)),
        "GRAPHQL_PARSE_FAILED",
    ),
    "fragments that overlap": (
        "{"
        + "".join(f"...f{i} " for i in range(90))
        + "}"
        + "".join(f"fragment f{i} on Query {{ {'__typename ' * 12} }}" for i in range(90)),
        "TOO_MANY_FIELDS",
    ),
    "aliases": ("{" + " ".join(f"a{i}: viewer {{ kind }}" for i in range(16)) + "}", "TOO_MANY_ALIASES"),
    "aliases in a fragment": (
        "{ ...A viewer { kind } x: viewer { kind } ...A } fragment A on Query {"
        + " ".join(f"a{i}: __typename" for i in range(8))
        + "}",
        "TOO_MANY_ALIASES",
    ),
    "aliases in many operations": (
        " ".join(f"query q{i} {{ a: viewer {{ kind }} b: viewer {{ kind }} }}" for i in range(9)),
        "TOO_MANY_ALIASES",
    ),
    "one field again and again": ("{ viewer {" + " kind" * 1900 + "} }", "TOO_MANY_FIELDS"),
    "one object again and again": ("{" + " viewer { kind }" * 450 + "}", "TOO_MANY_FIELDS"),
    "one object in inline fragments": ("{" + " ... { viewer { kind } }" * 280 + "}", "TOO_MANY_FIELDS"),
    "directives": ("{ viewer { kind" + " @skip(if: false)" * 270 + "} }", "GRAPHQL_VALIDATION_FAILED"),
    "unknown directives": ("{ viewer { kind" + " @a" * 900 + "} }", "GRAPHQL_VALIDATION_FAILED"),
    "more directives than tokens": ("{ viewer { kind" + " @a" * 60_000 + "} }", "GRAPHQL_PARSE_FAILED"),
    "comments": ("#\n" * 60_000 + "{ viewer { kind } }", "GRAPHQL_PARSE_FAILED"),
    "unknown fields": ("{" + "".join(f"userz{i} " for i in range(480)) + "}", "GRAPHQL_VALIDATION_FAILED"),
    "a long name": ("{" + "a" * 250_000 + "}", "GRAPHQL_VALIDATION_FAILED"),
    "an open block string": ('{ user(id: """' + "\\n " * 60_000, "GRAPHQL_PARSE_FAILED"),
    "arguments twice": (
        "{ users(" + 'after: "a", ' * 480 + ") { totalCount } }",
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "variables": (
        "query(" + "".join(f"$v{i}: Int " for i in range(480)) + ") { viewer { kind } }",
        "BAD_USER_INPUT",
    ),
    "introspection in itself": (
        "{ __schema { types {" + "fields { type {" * 4 + "name" + "} }" * 4 + "} } }",
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "lists in lists": (LISTS % (HUNDRED, "id"), "TOO_MANY_NODES"),
    "lists in lists by the last": (LISTS % ("last: 100", "id"), "TOO_MANY_NODES"),
    "a page size without end": (LISTS % ("first: 99999999999999999999999", "id"), "TOO_MANY_NODES"),
    "a negative page to make up for it": (
        (
            f"{{ a: users({HUNDRED}) {{ nodes {{ paiSummaries({HUNDRED}) {{ nodes {{ id }} }} }} }}"
            f"b: users(first: -99) {{ nodes {{ paiSummaries({HUNDRED}) {{ nodes {{ id }} }} }} }} }}"
        ),
        "TOO_MANY_NODES",
    ),
    "lists in fragments": (
        (
            f"{{ users({HUNDRED}) {{ ...A }} }} fragment A on UserConnection {{ nodes {{ ...B }} }}"
            f"fragment B on User {{ paiSummaries({HUNDRED}) {{ ... {{ edges {{ node {{ id }} }} }} }} }}"
        ),
        "TOO_MANY_NODES",
    ),
    "relations of every row": (LISTS % ("first: 90", "user { id }"), "TOO_COMPLEX"),
    "a filter read anew for every row": (
        LISTS % ("first: 9, filter: {and: [" + "{}" * 90 + "]}", "id"),
        "TOO_COMPLEX",
    ),
}


@pytest.fixture
async def sent(client, records):
    async def send(query, **more):
        """The answer's code, or None; within the time that is promised."""
        started = time.perf_counter()
        answer = await client.post(
            "/graphql", json={"query": query, **more}, headers=records.headers("admin")
        )
        took = time.perf_counter() - started
        assert took < PATIENCE, (took, query[:100])
        errors = answer.json().get("errors")
        return errors[0]["extensions"]["code"] if errors else None

    return send


async def test_every_bomb_is_refused_by_the_limit_it_breaks_and_in_time(sent):
    codes = {name: await sent(query) for name, (query, _) in BOMBS.items()}

    assert codes == {name: code for name, (_, code) in BOMBS.items()}


VARIABLES = {
    "a wide list of filters": {"and": [{}] * 60_000},
    "a wide list of words": {"firstName": {"in": ["a"] * 60_000}},
    "many names": {f"name{i}": 1 for i in range(15_000)},
    "nested lists of lists": {"and": [{"or": [{"and": [{}] * 20}] * 20}] * 20},
}


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


async def test_a_variable_filter_weighs_what_it_holds(sent):
    query = "query($f: PaiSummaryFilter) {" + (LISTS % ("first: 9, filter: $f", "id"))[1:]

    assert await sent(query, variables={"f": {"and": [{}] * 90}}) == "TOO_COMPLEX"
    assert await sent(query, variables={"f": {"date": {"gte": "2024-01-01"}}}) is None


async def test_a_page_size_in_a_variable_counts_as_given_and_as_the_largest_when_it_is_not(sent):
    query = "query($n: Int = 5) {" + (LISTS % ("first: $n", "id"))[1:]

    codes = [
        await sent(query, variables=given) for given in ({"n": 100}, {}, {"n": 10}, {"n": -5}, {"n": 2**40})
    ]

    assert codes == ["TOO_MANY_NODES", "TOO_MANY_NODES", None, "BAD_REQUEST", "TOO_MANY_NODES"]


async def test_what_tools_and_frontends_ask_is_allowed(sent):
    assert await sent(get_introspection_query(input_value_deprecation=True, specified_by_url=True)) is None
    assert await sent(LISTS % ("first: 98", "date paiScore dailyPai timeZone")) is None
    assert (
        await sent(
            "{ users(first: 50) { totalCount nodes { id firstName "
            "activities(first: 10) { nodes { name sport startedAt user { id firstName } } } "
            "paiSummaries(first: 30) { nodes { date paiScore intensityZones { name pai } } } } } }"
        )
        is None
    )


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


def cost(document, **variables):
    return cost_of(parse(document).definitions, variables)


def test_nodes_are_page_sizes_multiplied():
    assert cost("{ viewer { kind } }").nodes == 0
    assert cost("{ users(first: 10) { totalCount } }").nodes == 10
    assert cost("{ users(first: 10) { nodes { activities(last: 4) { nodes { id } } } } }").nodes == 50
    assert cost("query($n: Int) { users(first: $n) { totalCount } }", n=7).nodes == 7
    assert cost("query($n: Int = 3) { users(first: $n) { totalCount } }").nodes == 100
    assert cost("query($n: Int) { users(first: $n) { totalCount } }", n=None).nodes == 100
    assert cost("{ users(first: -3, last: -9) { totalCount } }").nodes == 0
    assert cost("{ users(first: null) { totalCount } }").nodes == 0


def test_a_fragment_counts_each_time_it_is_spread_and_a_circle_not_at_all():
    fragment = "fragment A on Query { a: users(first: 10) { totalCount } }"

    once, twice = cost("{ ...A } " + fragment), cost("{ ...A ... { ...A } } " + fragment)

    assert (once.nodes, once.aliases, once.fields, once.depth) == (10, 1, 2, 1)
    assert (twice.nodes, twice.aliases, twice.fields, twice.depth) == (20, 2, 4, 1)
    assert cost("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A x }").fields == 1


def test_operations_are_counted_together_so_that_none_hides_behind_another():
    assert (
        cost("query A { users(first: 9) { totalCount } } query B { users(first: 8) { totalCount } }").nodes
        == 17
    )


def test_depth_is_that_of_the_deepest_field_and_introspection_has_none():
    assert cost("{ a { b { c } } d { e } }").depth == 2
    assert cost("{ __schema { types { fields { type { name } } } } }").depth == 0


def test_a_limit_may_be_reached_and_not_passed():
    check(cost("{ a { b } }"), Limits(depth=1, fields=2))
    assert values_within({"a": [1, {"b": None}]}) == 5
