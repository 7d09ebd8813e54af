"""Validators of PAI's collections and items, their methods, and paths that are none."""

from datetime import timedelta
from email.utils import format_datetime

import httpx
import pytest
from sqlalchemy import text

from domain.users import User
from tests.rest_compat.answers import pai_error
from tests.world import LONG_AGO

pytestmark = pytest.mark.anyio


# --- validators


async def test_an_etag_is_of_this_representation(api, scores):
    queries = [
        {},
        {"fields": "id"},
        {"limit": "3"},
        {"offset": "1"},
        {"sort": "-paiScore"},
        {"paiScore": "40"},
    ]

    tags = [(await api.get("/pai/summaries", **query)).headers["etag"] for query in queries]

    assert len(set(tags)) == len(queries)
    assert tags == [(await api.get("/pai/summaries", **query)).headers["etag"] for query in queries]


async def test_a_known_etag_answers_304_with_the_same_headers_on_lists_and_items(api, scores, world):
    for path in ("/users", f"/users/{world.joe}", "/pai/summaries", f"/pai/summaries/{scores[0]}"):
        first = await api.get(path)
        for tag in (first.headers["etag"], "*", f'"x", {first.headers["etag"]}'):
            again = await api.get(path, headers={"If-None-Match": tag})

            assert (again.status_code, again.content) == (304, b"")
            for name in ("etag", "link", "vary", "last-modified", "cache-control"):
                assert again.headers[name] == first.headers[name]
            kept = [name for name in again.headers if name.startswith("x-pagination-")]
            assert len(kept) == (3 if "x-pagination-count" in first.headers else 0)
        assert (await api.get(path, headers={"If-None-Match": '"x"'})).status_code == 200


async def test_an_etag_changes_with_what_it_is_of(api, store, world):
    list_tag = (await api.get("/users")).headers["etag"]
    item_tag = (await api.get(f"/users/{world.joe}")).headers["etag"]
    async with store.writing() as unit:
        joe = await unit.entity(User, User.id == world.joe)
        joe.country = "NO"
        joe.modified_at = LONG_AGO + timedelta(hours=1)

    assert (await api.get("/users", headers={"If-None-Match": list_tag})).status_code == 200
    changed = await api.get(f"/users/{world.joe}", headers={"If-None-Match": item_tag})
    assert changed.json()["country"] == "NO"
    assert changed.headers["last-modified"] == "Mon, 01 Jan 2024 01:00:00 GMT"


async def test_last_modified_is_modified_on_in_rfc_1123(api, scores):
    answer = await api.get(f"/pai/summaries/{scores[2]}")

    assert answer.json()["modifiedOn"] == "2024-01-03T00:00:00.000001Z"
    assert answer.headers["last-modified"] == "Wed, 03 Jan 2024 00:00:00 GMT"


async def test_a_lists_last_modified_is_the_newest_of_all_that_match(api, scores):
    page = await api.get("/pai/summaries", limit="1", sort="date")
    filtered = await api.get("/pai/summaries", q="paiScore<=130 AND paiScore>=100")

    assert page.headers["last-modified"] == "Sun, 07 Jan 2024 00:00:00 GMT"
    assert filtered.headers["last-modified"] == "Wed, 03 Jan 2024 00:00:00 GMT"


async def test_if_modified_since_answers_304_from_the_same_second_on(api, world):
    for hours, status in [(-1, 200), (0, 304), (1, 304)]:
        since = format_datetime(LONG_AGO + timedelta(hours=hours), usegmt=True)

        item = await api.get(f"/users/{world.joe}", headers={"If-Modified-Since": since})
        listed = await api.get("/users", headers={"If-Modified-Since": since})

        assert item.status_code == status
        assert listed.status_code == 200, "a list's date misses deletions"


async def test_if_none_match_decides_alone(api, world):
    since = format_datetime(LONG_AGO + timedelta(days=1), usegmt=True)

    answer = await api.get(
        f"/users/{world.joe}", headers={"If-Modified-Since": since, "If-None-Match": '"x"'}
    )

    assert answer.status_code == 200


async def test_an_if_modified_since_that_is_no_date_is_ignored(api, world):
    for since in ("yesterday", "", "Mon, 32 Jan 2024 00:00:00 GMT"):
        answer = await api.get(f"/users/{world.joe}", headers={"If-Modified-Since": since})
        assert answer.status_code == 200


# --- methods and paths


async def test_head_answers_as_get_without_its_body(api, scores, world):
    for path in ("/users", f"/users/{world.joe}", "/pai/summaries"):
        got, head = await api.get(path), await api.get(path, method="HEAD")

        assert (head.status_code, head.content) == (200, b"")
        of_request = {"x-request-id", "ratelimit", "x-ratelimit-remaining", "x-ratelimit-reset"}
        assert {k: v for k, v in head.headers.items() if k not in of_request} == {
            k: v for k, v in got.headers.items() if k not in of_request
        }
        known = await api.get(path, method="HEAD", headers={"If-None-Match": got.headers["etag"]})
        assert known.status_code == 304


READ = "GET, HEAD, OPTIONS"
ALLOWED = {
    "/users": "GET, HEAD, OPTIONS, POST",
    "/users/{joe}": "DELETE, GET, HEAD, OPTIONS, PATCH, PUT",
    "/users/{joe}/profile": "GET, HEAD, OPTIONS, PATCH, PUT",
    "/pai/summaries": READ,
    "/pai/summaries/{joe}": READ,
}


async def test_options_tells_the_methods_to_everybody(client, api, world):
    for path, allowed in ALLOWED.items():
        answer = await client.options(api.base + path.format(joe=world.joe))

        assert answer.status_code == 200, "PAI documents 200 for OPTIONS on every path"
        assert answer.headers["allow"] == allowed


async def test_another_method_answers_405_with_all_that_are_allowed(api, world):
    for path, allowed in ALLOWED.items():
        for method in {"POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"} - set(allowed.split(", ")):
            answer = await api.get(path.format(joe=world.joe), method=method)

            pai_error(answer, 405)
            assert answer.headers["allow"] == allowed


async def test_the_token_endpoint_allows_post_only(client):
    for method in ("GET", "HEAD", "PUT", "DELETE"):
        answer = await client.request(method, "/api/v2/auth/oauth")
        assert (answer.status_code, answer.headers["allow"]) == (405, "OPTIONS, POST")


async def test_an_unknown_path_is_not_found(api):
    for path in [
        "/users/",
        "/pai",
        "/pai/summaries/",
        "/Users",
        "/users/x/y",
        "/pai/summaries/x/y",
        "//users",
        "/users%2F",
    ]:
        for method in ("GET", "POST", "OPTIONS"):
            pai_error(await api.get(path, method=method), 404)


async def test_an_unknown_path_below_any_of_pais_prefixes_is_not_found_in_its_words(client):
    for path in [
        "/api/v2",
        "/api/v2/",
        "/api/v2/users",
        "/api/v2/docs",
        "/admin/api/v2",
        "/user/api/v2/x",
        "/program/api/v2",
    ]:
        pai_error(await client.get(path), 404)


async def test_a_trailing_slash_is_not_redirected(api, world):
    for path in ("/users/", f"/users/{world.joe}/"):
        assert (await api.get(path)).status_code == 404


async def test_what_breaks_inside_is_a_500_that_tells_nothing(api, gateway, store, scores):
    """The token is good and the table is gone: nobody's fault outside, and nothing that a server hangs up for."""
    api.client = httpx.AsyncClient(transport=httpx.ASGITransport(gateway), base_url="http://gateway.test")
    async with store.writing() as unit:
        await unit.change(text("ALTER TABLE pai_summaries RENAME TO gone"))
    try:
        for path in ("/pai/summaries", f"/pai/summaries/{scores[0]}"):
            pai_error(await api.get(path), 500)
    finally:
        async with store.writing() as unit:
            await unit.change(text("ALTER TABLE gone RENAME TO pai_summaries"))

    assert (await api.get("/pai/summaries")).status_code == 200
