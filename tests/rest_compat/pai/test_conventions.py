"""PAI's conventions for requests and answers (contracts 1.3), a row for each; on a resource with every method."""

import gzip
import zlib
from datetime import timedelta
from email.utils import format_datetime

import pytest
from sqlalchemy import event
from structlog.testing import capture_logs

from domain.groups.tables import Group
from rest_compat.pai.documents import APIS
from tests.rest_compat.answers import pai_error
from tests.world import LONG_AGO

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

BASE = "/api/v2/admin/organizations/2188a980-70a2-4b24-b145-8139cb7f9106"
OVERRIDE = "X-HTTP-Method-Override"


@pytest.fixture
async def api(client, world):
    """Groups, as the administrator sees them."""
    headers = await world.pai_headers(client)

    async def send(method, path="/groups", sent=None, **headers_of_call):
        named = {name.replace("_", "-"): value for name, value in headers_of_call.items()}
        return await client.request(method, BASE + path, json=sent, headers=headers | named)

    return send


@pytest.fixture
async def team(api):
    return (await api("POST", sent={"name": "Team A"})).json()


def path_of(resource):
    return resource["href"].removeprefix(f"http://gateway.test{BASE}")


async def test_a_post_answers_201_with_its_address_in_location_and_href(api):
    answer = await api("POST", sent={"name": "Team A", "description": None})

    assert answer.status_code == 201
    assert answer.headers["location"] == answer.json()["href"]
    assert answer.headers["location"].startswith(f"http://gateway.test{BASE}/groups/")
    assert (await api("GET", path_of(answer.json()))).json() == answer.json()


async def test_a_put_replaces_all_and_a_patch_only_what_it_names(api, team):
    path = path_of(team)
    patched = (await api("PATCH", path, {"description": "x"})).json()
    put = (await api("PUT", path, patched | {"name": "B"})).json()
    emptied = (await api("PUT", path, {"name": "C"})).json()
    nulled = (await api("PATCH", path, {"description": None})).json()

    assert (patched["name"], patched["description"]) == ("Team A", "x")
    assert (put["name"], put["description"]) == ("B", "x")
    assert (emptied["name"], emptied["description"]) == ("C", None)
    assert nulled["description"] is None
    assert put["createdOn"] == team["createdOn"]
    assert put["modifiedOn"] > patched["modifiedOn"] > team["modifiedOn"]


async def test_a_delete_answers_204_once(api, team):
    assert (await api("DELETE", path_of(team))).status_code == 204
    pai_error(await api("DELETE", path_of(team)), 404)
    pai_error(await api("GET", path_of(team)), 404)


async def test_no_return_resource_leaves_the_body_out_and_keeps_the_headers(api, team):
    added = await api("POST", sent={"name": "B"}, X_No_Return_Resource="")
    put = await api("PUT", path_of(team), {"name": "B"}, X_No_Return_Resource="true")
    patched = await api("PATCH", path_of(team), {"name": "C"}, X_No_Return_Resource="false")

    assert [answer.status_code for answer in (added, put, patched)] == [201, 204, 204]
    assert [answer.content for answer in (added, put, patched)] == [b"", b"", b""]
    for answer in (added, put, patched):
        assert {"etag", "last-modified", "link"} <= answer.headers.keys()
    assert "location" in added.headers


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "put"])
async def test_a_post_may_mean_another_method(api, team, method):
    plain = await api(method.upper(), path_of(team), {"name": "B"})
    await api("POST", sent={"name": "again"})
    if method == "DELETE":
        team = (await api("POST", sent={"name": "B"})).json()

    meant = await api("POST", path_of(team), {"name": "B"}, X_HTTP_Method_Override=method)

    assert meant.status_code == plain.status_code


async def test_only_a_post_means_another_method_and_only_one_that_exists(api, team):
    assert (await api("GET", path_of(team), X_HTTP_Method_Override="DELETE")).status_code == 200
    for nonsense in ("POST", "BREW", "", "GET,PUT", "OPTIONS"):
        error = pai_error(await api("POST", path_of(team), {}, X_HTTP_Method_Override=nonsense), 400)
        assert OVERRIDE in error["message"]


async def test_only_json_is_taken(api, client, world, team):
    headers = await world.pai_headers(client)
    url = BASE + path_of(team)
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/merge-patch+json", ""):
        answer = await client.patch(url, content=b'{"name": "B"}', headers=headers | {"Content-Type": kind})
        pai_error(answer, 415)
    for kind in ("application/json", "Application/JSON; charset=utf-8"):
        answer = await client.patch(url, content=b'{"name": "B"}', headers=headers | {"Content-Type": kind})
        assert answer.status_code == 200
    for content in (b"", b"{", b"[]", b"1", b'{"name": "a", "name": "b"}', b"\xff"):
        answer = await client.patch(
            url, content=content, headers=headers | {"Content-Type": "application/json"}
        )
        pai_error(answer, 400)
    for coding in ("gzip", "deflate", "br", "identity, gzip"):
        coded = {"Content-Type": "application/json", "Content-Encoding": coding}
        answer = await client.patch(url, content=gzip.compress(b'{"name": "C"}'), headers=headers | coded)
        pai_error(answer, 415)
        assert answer.headers["accept-encoding"] == "identity"
    big = await client.patch(
        url, content=b" " * 70_000, headers=headers | {"Content-Type": "application/json"}
    )
    pai_error(big, 413)


async def test_each_bad_field_is_named_in_the_vendors_spelling(api, world):
    error = pai_error(await api("POST", "/users", {"dateOfBirth": 1, "timeZone": "x", "shoeSize": 1}), 400)
    more = pai_error(await api("POST", "/users", {"dateOfBirth": 1, "timeZone": "x"}), 400)

    assert [nested["field"] for nested in error["errors"]] == ["shoeSize"]
    assert {nested["field"] for nested in more["errors"]} == {"dateOfBirth", "timeZone"}
    assert {nested["code"] for nested in more["errors"]} == {"INVALID_FIELD"}


async def test_a_name_taken_is_a_conflict(api):
    error = pai_error(await api("POST", "/accounts", {"username": "ADMIN"}), 409)

    assert "username" in error["message"]


async def test_a_change_of_what_has_changed_since_is_refused(api, team):
    path, first = path_of(team), await api("GET", path_of(team))
    changed = await api("PATCH", path, {"name": "B"}, If_Match=first.headers["etag"])

    assert changed.status_code == 200
    assert changed.headers["etag"] == (await api("GET", path)).headers["etag"] != first.headers["etag"]
    for method in ("PUT", "PATCH", "DELETE"):
        pai_error(await api(method, path, {"name": "C"}, If_Match=first.headers["etag"]), 412)
    long_ago = format_datetime(LONG_AGO, usegmt=True)
    pai_error(await api("PATCH", path, {"name": "C"}, If_Unmodified_Since=long_ago), 412)
    assert (await api("GET", path)).json()["name"] == "B"
    assert (await api("DELETE", path, If_Match="*")).status_code == 204


async def test_a_resource_links_to_what_is_related(api, team):
    link = (await api("GET", path_of(team))).headers["link"]

    for relation, target in {
        "self": team["href"],
        "collection": f"http://gateway.test{BASE}/groups",
        "members": f"{team['href']}/members",
        "events": f"{team['href']}/events",
    }.items():
        assert f'<{target}>; rel="{relation}"' in link


@pytest.mark.parametrize(
    ("accepted", "spoken", "words"),
    [
        ("de", "de", "gibt es nicht"),
        ("fr-CA, de;q=0.5", "fr", "existe"),
        ("ja, es;q=0.7, de;q=0.2", "es", "existe"),
        ("en;q=0.9, de;q=0.4", "en", "No such group"),
        ("de;q=0, fr;q=0.1", "fr", "existe"),
        ("ja", "en", "No such group"),
        ("*", "en", "No such group"),
        ("", "en", "No such group"),
        ("de;q=x, ;;;, fr", "fr", "existe"),
    ],
)
async def test_errors_speak_the_clients_language(api, accepted, spoken, words):
    path = "/groups/2188a980-70a2-4b24-b145-8139cb7f9106"

    answer = await api("GET", path, Accept_Language=accepted)

    error = pai_error(answer, 404)
    assert words in error["message"]
    assert answer.headers["content-language"] == spoken
    assert "Accept-Language" in answer.headers["vary"]


async def test_a_sentence_with_values_is_translated_around_them(api):
    error = pai_error(await api("GET", "/users?q=firstName", Accept_Language="de"), 400)
    nested = pai_error(await api("POST", "/groups", {"name": ""}, Accept_Language="fr"), 400)["errors"][0]

    assert error["message"] == "q: erwartet wird ein Operator bei Zeichen 10, wo es endet"
    assert nested == {"message": "doit avoir au moins 1 caractères", "code": "INVALID_FIELD", "field": "name"}


async def test_a_client_that_hangs_up_is_no_error_of_ours(gateway, client, world):
    headers = await world.pai_headers(client) | {"Content-Type": "application/json", "Content-Length": "100"}
    scope = {
        "type": "http", "method": "POST", "path": f"{BASE}/groups", "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip
    coming = iter([{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}])
    sent = []

    async def receive():
        return next(coming)

    async def send(message):
        sent.append(message)

    with capture_logs() as logged:
        await gateway(scope, receive, send)

    assert sent[0]["status"] == 400
    assert [line["event"] for line in logged] == ["request"]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", ("nimmt", "kein JSON", "höchstens 65536 Bytes", "Leerzeichen", "tiefer")),
        ("fr", ("accepte", "pas du JSON", "65536 octets", "espace", "profondément")),
        ("es", ("admite", "no es JSON", "65536 bytes", "espacio", "profundamente")),
    ],
)
async def test_what_the_wire_refuses_is_said_in_the_clients_language_too(api, client, world, language, words):
    headers = await world.pai_headers(client) | {
        "Content-Type": "application/json",
        "Accept-Language": language,
    }
    answers = (
        await api("POST", sent={}, X_HTTP_Method_Override="BREW", Accept_Language=language),
        await client.post(f"{BASE}/groups", content=b"{", headers=headers),
        await client.post(f"{BASE}/groups", content=b" " * 70_000, headers=headers),
        await client.get(BASE, headers=headers | {"Authorization": "Bearer"}),
        await api("POST", sent={"name": [[[[[[]]]]]]}, Accept_Language=language),
    )

    for answer, status, word in zip(answers, (400, 400, 413, 401, 400), words, strict=True):
        assert word in pai_error(answer, status)["message"]


async def many_groups(store, world, count):
    whose = {"organization_id": world.organization, "created_at": LONG_AGO, "modified_at": LONG_AGO}
    async with store.writing() as unit:
        await unit.add_all([Group(name=f"Team {n}", **whose) for n in range(count)])


async def raw(client, headers, **other):
    """The bytes as they went over the wire."""
    async with client.stream("GET", f"{BASE}/groups?limit=1000", headers=headers | other) as answer:
        return answer, b"".join([chunk async for chunk in answer.aiter_raw()])


async def test_answers_above_one_kilobyte_are_compressed_as_the_client_prefers(client, store, world):
    await many_groups(store, world, 300)
    headers = await world.pai_headers(client)
    plain, body = await raw(client, headers, **{"Accept-Encoding": "identity"})
    for accepted, coding, undo in [
        ("gzip", "gzip", gzip.decompress),
        ("deflate", "deflate", zlib.decompress),
        ("gzip;q=0.5, deflate", "deflate", zlib.decompress),
        ("br, *", "gzip", gzip.decompress),
    ]:
        answer, compressed = await raw(client, headers, **{"Accept-Encoding": accepted})

        assert answer.headers["content-encoding"] == coding
        assert int(answer.headers["content-length"]) == len(compressed) < len(body) / 3
        assert undo(compressed) == body
        assert answer.headers["etag"] == plain.headers["etag"]
        head = await client.head(f"{BASE}/groups?limit=1000", headers=headers | {"Accept-Encoding": accepted})
        assert head.headers["content-length"] == answer.headers["content-length"]
    assert "Accept-Encoding" in plain.headers["vary"]


async def test_small_answers_and_those_that_should_not_be_are_not_compressed(client, api, store, world, team):
    assert "content-encoding" not in (await api("GET", path_of(team), Accept_Encoding="gzip")).headers
    await many_groups(store, world, 30)
    headers = await world.pai_headers(client)
    for unwanted in (
        {"Accept-Encoding": "gzip", "X-No-Compression": ""},
        {"Accept-Encoding": "gzip;q=0"},
        {"Accept-Encoding": "br"},
        {"Accept-Encoding": "identity, gzip;q=0.5"},
    ):
        answer, _ = await raw(client, headers, **unwanted)
        assert "content-encoding" not in answer.headers


async def test_a_browser_of_any_origin_may_ask_first_without_a_token(client, world):
    asked = {"Origin": "https://app.example.org", "Access-Control-Request-Method": "PATCH"}
    asked["Access-Control-Request-Headers"] = "authorization, x-no-return-resource"

    answer = await client.options(f"{BASE}/users/{world.joe}", headers=asked)

    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "PATCH" in answer.headers["access-control-allow-methods"]
    assert answer.headers["access-control-allow-headers"] == asked["Access-Control-Request-Headers"]


async def test_a_browser_that_asks_for_a_method_nobody_knows_is_told_what_there_is(client, world):
    asked = {"Origin": "https://app.example.org", "Access-Control-Request-Method": "TRACE"}

    answer = await client.options(f"{BASE}/users/{world.joe}", headers=asked)

    assert (answer.status_code, answer.content) == (200, b"")
    assert "TRACE" not in answer.headers["access-control-allow-methods"]


async def test_a_browser_may_read_the_headers_and_the_refusals(client, api):
    listed = await api("GET", Origin="https://app.example.org")
    refused = await client.get(f"{BASE}/groups", headers={"Origin": "https://app.example.org"})

    exposed = listed.headers["access-control-expose-headers"]
    for name in ("X-Pagination-Count", "ETag", "Link", "Location", "Last-Modified"):
        assert name in exposed
    assert pai_error(refused, 401)
    assert refused.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in listed.headers


async def test_a_304_reads_the_validators_and_no_rows(api, store, world, team):
    await many_groups(store, world, 30)
    statements = []
    event.listen(
        store.engine.sync_engine, "before_cursor_execute", lambda _, __, sql, *___: statements.append(sql)
    )
    for path in ("/groups", path_of(team)):
        tag = (await api("GET", path)).headers["etag"]
        statements.clear()

        assert (await api("GET", path, If_None_Match=tag)).status_code == 304
        assert not [sql for sql in statements if "description" in sql]


async def test_a_list_is_another_one_once_a_row_was_exchanged_for_an_older_one(api, store, world, team):
    tag = (await api("GET", "/groups?limit=1")).headers["etag"]
    async with store.writing() as unit:
        group = await unit.entity(Group)
        stamps = {"created_at": group.created_at, "modified_at": group.modified_at - timedelta(seconds=1)}
        await unit.add(Group(organization_id=world.organization, name="B", **stamps))
        group.organization_id = world.other_organization

    assert (await api("GET", "/groups?limit=1", If_None_Match=tag)).status_code == 200


@pytest.mark.parametrize("one", APIS, ids=lambda one: one.name)
async def test_each_api_has_its_document(client, one):
    answer = await client.get(one.path)

    document = answer.json()
    assert document["info"]["title"] == f"PAI Health {one.name} API"
    assert document["paths"]
    assert all(path.startswith(one.prefix) for path in document["paths"])
    assert bool(document["security"]) is (one.name in {"Admin", "User", "Program"})
    assert "422" not in answer.text.replace("4228", "")
