"""GraphQL over HTTP by the book: media types, status codes, who may send what, and answers that may be kept."""

import json

import pytest

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

JSON, GRAPHQL = "application/json", "application/graphql-response+json"
QUERY = {"query": "{ viewer { kind } }"}
ACCEPTED = {
    "": JSON,
    "*/*": JSON,
    "application/*": JSON,
    JSON: JSON,
    GRAPHQL: GRAPHQL,
    f"{GRAPHQL}, {JSON};q=0.9": GRAPHQL,
    f"{GRAPHQL};charset=utf-8, {JSON}": JSON,
    f"{JSON};q=0.5, {GRAPHQL};q=0.6": GRAPHQL,
    f"{JSON};q=0, */*": GRAPHQL,
    "text/html, */*;q=0.1": JSON,
    f"nonsense, ;q=, {GRAPHQL}": GRAPHQL,
}
UNACCEPTED = ("text/html", "image/*", f"{JSON};q=0, {GRAPHQL};q=0")


async def test_the_answer_is_of_the_media_type_the_client_likes_best(client):
    told = {}
    for accept in ACCEPTED:
        answer = await client.post("/graphql", json=QUERY, headers={"Accept": accept})
        told[accept] = answer.headers["Content-Type"]
        assert "Accept" in answer.headers["Vary"]
    refused = [await client.post("/graphql", json=QUERY, headers={"Accept": accept}) for accept in UNACCEPTED]

    assert told == ACCEPTED
    assert {answer.status_code for answer in refused} == {406}


REQUEST_ERRORS = {
    "{": "GRAPHQL_PARSE_FAILED",
    "{ nothing }": "GRAPHQL_VALIDATION_FAILED",
    "query($n: Int!) { users(first: $n) { totalCount } }": "BAD_USER_INPUT",
    "query A { __typename } query B { __typename }": "OPERATION_RESOLUTION_FAILURE",
    "{ users(first: 100) { nodes { paiSummaries(first: 100) { nodes { id } } } } }": "TOO_MANY_NODES",
}


async def test_frontends_of_any_origin_may_ask_with_their_credentials_and_read_what_limits_them(client):
    """There are no cookies, so there is nothing that another site's page could borrow."""
    headers = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}
    preflight = await client.options(
        "/graphql", headers=headers | {"Access-Control-Request-Headers": "authorization, content-type"}
    )
    answer = await client.post("/graphql", json=QUERY, headers={"Origin": "https://app.example"})

    assert preflight.status_code == 200
    assert "authorization" in preflight.headers["Access-Control-Allow-Headers"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Retry-After" in answer.headers["Access-Control-Expose-Headers"]


async def test_what_was_not_executed_is_400_with_the_new_type_and_200_with_the_old_and_has_no_data(client):
    for query, code in REQUEST_ERRORS.items():
        new, old = [
            await client.post("/graphql", json={"query": query}, headers={"Accept": accept})
            for accept in (GRAPHQL, JSON)
        ]
        assert (new.status_code, old.status_code) == (400, 200)
        assert [answer.json()["errors"][0]["extensions"]["code"] for answer in (new, old)] == [code] * 2
        assert "data" not in new.text + old.text


async def test_what_was_executed_is_200_though_a_field_failed(client):
    answer = await client.post(
        "/graphql", json={"query": "{ users(first: 1) { totalCount } }"}, headers={"Accept": GRAPHQL}
    )

    assert answer.status_code == 200
    assert answer.json()["data"] == {"users": None}
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHORIZED"


async def test_errors_stand_first_in_an_answer(client):
    """As the specification recommends, so that people see them."""
    answer = await client.post("/graphql", json={"query": "{ users(first: 1) { totalCount } }"})

    assert next(iter(answer.json())) == "errors"


async def test_a_get_may_only_query(client):
    for accept in (JSON, GRAPHQL):
        answer = await client.get(
            "/graphql", params={"query": "mutation { __typename }"}, headers={"Accept": accept}
        )
        assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


SIMPLE = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
)


async def test_what_another_sites_page_can_send_unasked_is_refused(client, records):
    """A form sends one of three content types, and fetch() simple GETs; all else asks first, and nobody answers."""
    forms = [
        await client.post("/graphql", content=json.dumps(QUERY), headers={"Content-Type": kind})
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "")
    ]
    others = [
        await client.post("/graphql", content=json.dumps(QUERY), headers={"Content-Type": kind})
        for kind in ("application/json; charset=utf-16", "application/jsonp", "text/plain; application/json")
    ]
    gets = [await client.get("/graphql", params=QUERY, headers=headers) for headers in SIMPLE]

    assert {answer.status_code for answer in (*forms, *others)} == {415}
    assert [(answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) for answer in gets] == [
        (403, "CSRF")
    ] * 3
    assert "GraphQL-Require-Preflight" in gets[0].text


async def test_a_get_with_a_header_that_forces_a_preflight_or_from_our_own_page_is_served(client, records):
    ours = ({"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {"Origin": "http://gateway.test"})
    asked = (
        {"GraphQL-Require-Preflight": "1"},
        {"Apollo-Require-Preflight": "true"},
        {"X-Apollo-Operation-Name": "A"},
        records.headers("joe"),
        records.headers("key"),
    )
    answers = [
        await client.get("/graphql", params=QUERY, headers=headers)
        for headers in (*ours, *({**SIMPLE[0], **header} for header in asked))
    ]

    assert {answer.status_code for answer in answers} == {200}


async def test_one_request_asks_one_thing(client):
    batch = await client.post("/graphql", json=[QUERY, QUERY])

    assert batch.status_code == 400
    assert "Batching" in batch.text


async def test_a_large_answer_is_compressed_for_whoever_wants_it(client):
    query = {"query": "{ __schema { types { name description } } }"}
    raw, packed = [
        await client.post("/graphql", json=query, headers={"Accept-Encoding": coding, "Accept": GRAPHQL})
        for coding in ("identity", "gzip")
    ]

    assert "Content-Encoding" not in raw.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert int(packed.headers["Content-Length"]) < len(raw.content) / 2
    assert packed.json()["data"] == raw.json()["data"]


async def test_an_answer_that_is_too_large_is_not_sent(client, opened):
    query = {"query": "{ __schema { types { name } } }"}
    async with opened(max_answer_bytes=1000) as small:
        new, old = [
            await small.post("/graphql", json=query, headers={"Accept": accept}) for accept in (GRAPHQL, JSON)
        ]

    assert (new.status_code, old.status_code) == (400, 200)
    assert new.json()["errors"][0]["extensions"]["code"] == "ANSWER_TOO_LARGE"
    assert "1000 bytes" in old.json()["errors"][0]["message"]


async def test_live_tells_no_names_that_were_not_asked_for(client, opened):
    wrong = (
        "{ viewer { kinds } }",
        "{ views { kind } }",
        "query($f: UserFilters) { __typename }",
        "{ users(frist: 1) { totalCount } }",
        "{ activities(first: 1, orderBy: [{field: STARTED}]) { totalCount } }",
    )
    variables = {"query": "query($f: UserFilter) { users(first: 1, filter: $f) { totalCount } }"}
    variables["variables"] = {"f": {"firstNames": {}}}
    async with opened(env="live") as live:
        told = [(await live.post("/graphql", json={"query": query})).text for query in wrong]
        told.append((await live.post("/graphql", json=variables)).text)
    tested = [(await client.post("/graphql", json={"query": query})).text for query in wrong]

    assert not any("Did you mean" in text for text in told)
    assert all("Did you mean" in text for text in tested)


async def test_introspection_and_the_page_can_be_switched_off(opened):
    page = {"Accept": "text/html"}
    async with opened(introspection=False, explorer=False) as closed:
        asked = [
            (await closed.post("/graphql", json={"query": query})).json()
            for query in (
                "{ __schema { types { name } } }",
                '{ __type(name: "User") { name } }',
                "{ __typename }",
            )
        ]
        browser = await closed.get("/graphql", headers=page)

    assert [list(answer) for answer in asked] == [["errors"], ["errors"], ["data", "extensions"]]
    assert browser.status_code == 406
