"""What PAI's collections and items do with a query: filters, sorting, fields, paging and validators."""

import re
from datetime import timedelta
from email.utils import format_datetime
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import text

from domain.users import User
from rest_compat.pai import admin
from rest_compat.pai.admin.views import USER
from rest_compat.pai.health.views import PAI_SUMMARY
from tests.rest_compat.answers import pai_error
from tests.rest_compat.pai.walking import links, walked
from tests.rest_compat.scores import score
from tests.world import LONG_AGO

pytestmark = pytest.mark.anyio

SCORES = [40.0, 100.0, 130.0, 160.0, 160.1, 160.1, 12.5]


class Admin:
    """The Admin API of the first organization, as its administrator sees it."""

    def __init__(self, client, world, headers, prefix=admin.DOOR.prefixes[0]):
        self.client = client
        self.headers = headers
        self.base = prefix.format(organizationId=world.organization)

    async def get(self, path, headers=None, method="GET", **params):
        # The query is sent as it is: httpx reads "+" in its own way.
        return await self.client.request(
            method, self.base + path, params=params or None, headers=self.headers | (headers or {})
        )

    async def refused(self, path, **params):
        return pai_error(await self.get(path, **params), 400)


@pytest.fixture
async def api(client, world):
    return Admin(client, world, await world.pai_headers(client))


@pytest.fixture
async def scores(store, world):
    """Joe's summaries; Ann has one, and so has Eve in the other organization."""
    joes = await score(store, world.organization, world.joe, SCORES)
    anns = await score(store, world.organization, world.ann, [75.0])
    await score(store, world.other_organization, world.eve, [100.0, 130.0])
    return joes + anns


async def named(store, world, *names):
    """More users of the first organization, by first and last name."""
    stamps = {"created_at": LONG_AGO, "modified_at": LONG_AGO}
    async with store.writing() as unit:
        for first, last in names:
            await unit.add(
                User(organization_id=world.organization, first_name=first, last_name=last, **stamps)
            )


def column(answer, name):
    assert answer.status_code == 200, answer.text
    return [row[name] for row in answer.json()]


# --- q


async def test_the_seeds_first_example_filters(api, scores, world):
    answer = await api.get(
        "/pai/summaries", q=f'(paiScore>=100 AND paiScore<=160) OR userId IN ["{world.ann}", "{world.eve}"]'
    )

    assert sorted(column(answer, "paiScore")) == [75.0, 100.0, 130.0, 160.0]


async def test_the_seeds_second_example_filters_by_its_pattern(api, store, world):
    await named(store, world, ("Act", "Regular"), ("act", "Regular"), ("Active", "Regular"))

    answer = await api.get("/users", q="lastName=Regular AND (firstName LIKE _ct%)")

    assert sorted(column(answer, "firstName")) == ["Act", "Active", "act"]


async def test_the_seeds_own_words_for_users_are_no_filter_of_another_resource(api):
    error = await api.refused("/users", q="accountType=Regular AND (accountStatus LIKE _ct%)")

    assert error["errors"][0]["field"] == "accountType"


async def test_a_bad_q_is_refused(api):
    for q in [
        "nonsense",
        "shoeSize=44",
        "href=x",
        "first_name=Joe",
        "firstName=" + "x" * 4991,
        "(" * 5 + "firstName=Joe" + ")" * 5,
        "(" * 2500,
        "firstName=Joe AND",
        "firstName LIKE",
        "dateOfBirth LIKE 19%",
        "id>x",
        "createdOn>yesterday",
        "createdOn<9999-12-31T23:59:59-12:00",
        "createdOn>0001-01-01T00:00:00+14:00",
        "dateOfBirth>1e30",
        "firstName LIKE \0",
    ]:
        await api.refused("/users", q=q)


async def test_q_may_go_to_its_bounds(api):
    for q in ["firstName=" + "x" * 4990, "(" * 4 + "firstName=Joe" + ")" * 4, ""]:
        assert (await api.get("/users", q=q)).status_code == 200


async def test_an_unfit_value_is_named_as_pai_spells_it(api, scores):
    for params in (
        {"lowZoneLowerLimit": "1.5"},
        {"q": "lowZoneLowerLimit>x"},
        {"lowZoneLowerLimit": "9" * 20},
    ):
        error = await api.refused("/pai/summaries", **params)

        assert error["message"].startswith("lowZoneLowerLimit ")
        assert [nested["field"] for nested in error["errors"]] == ["lowZoneLowerLimit"]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("firstName LIKE a%b", ["aXb", "a%b", "a_b"]),
        ("firstName LIKE a_b", ["aXb", "a%b", "a_b"]),
        ("firstName LIKE A%", []),
        ("firstName ILIKE A%B", ["aXb", "a%b", "a_b"]),
        ("firstName LIKE %\\", ["back\\"]),
        ("firstName=back\\", ["back\\"]),
        ('firstName="back\\\\"', ["back\\"]),
        ("firstName=a%b", ["a%b"]),
        ("firstName=a_b", ["a_b"]),
        ("firstName LIKE back\\%", ["back\\"]),
        ("firstName IN [a_b,a%b]", ["a%b", "a_b"]),
        ("firstName=a*b OR firstName LIKE [a]*", []),
    ],
)
async def test_wildcards_and_backslashes_mean_what_the_seed_says(api, store, world, q, found):
    await named(store, world, ("aXb", "T"), ("a%b", "T"), ("a_b", "T"), ("back\\", "T"))

    answer = await api.get("/users", q=f"lastName=T AND ({q})")

    assert sorted(column(answer, "firstName")) == sorted(found)


# --- simple filters


async def test_simple_filters_are_all_applied_and_unknown_ones_ignored(api):
    both = await api.get("/users", firstName="Joe", country="CA", shoeSize="44", first_name="Ann")
    none = await api.get("/users", firstName="Joe", country="NO")

    assert column(both, "firstName") == ["Joe"]
    assert column(none, "firstName") == []


async def test_simple_filters_and_q_are_both_applied(api):
    assert column(await api.get("/users", country="CA", q="firstName=Ann OR firstName=Joe"), "firstName") == [
        "Joe"
    ]


async def test_a_repeated_filter_asks_for_both_values_at_once(api):
    assert column(await api.get("/users", firstName=["Joe", "Ann"]), "firstName") == []
    assert column(await api.get("/users", firstName=["Joe", "Joe"]), "firstName") == ["Joe"]


async def test_a_filter_of_the_wrong_type_is_refused(api):
    for name, value in [
        ("dateOfBirth", "yesterday"),
        ("createdOn", "2024-13-01"),
        ("createdOn", "0001-01-01T00:00:00+14:00"),
        ("createdOn", "1704067200"),
        ("dateOfBirth", "19850201"),
        ("dateOfBirth", "476064000"),
        ("firstName", "\0"),
    ]:
        error = await api.refused("/users", **{name: value})

        assert name in error["message"]


async def test_more_simple_filters_than_a_database_can_join_are_refused(api):
    error = await api.refused("/users", sex=["a"] * 1100)

    assert "50" in error["message"]


@pytest.mark.parametrize(("path", "view"), [("/users", USER), ("/pai/summaries", PAI_SUMMARY)])
async def test_every_field_can_be_filtered_and_sorted_by(api, scores, path, view):
    rows = (await api.get(path)).json()

    for name in view.columns:
        value = next((row[name] for row in rows if row[name] is not None), None)
        down, up = await api.get(path, sort=f"-{name}"), await api.get(path, sort=name)
        assert sorted(column(down, "id")) == sorted(column(up, "id")) == sorted(row["id"] for row in rows)
        if value is not None:
            same = [row["id"] for row in rows if row[name] == value]
            assert sorted(column(await api.get(path, **{name: str(value)}), "id")) == sorted(same)
            assert sorted(column(await api.get(path, q=f'{name}="{value}"'), "id")) == sorted(same)


# --- sort


async def test_sorting_weighs_the_first_field_most_and_a_minus_descends(api, store, world):
    await named(store, world, ("B", "Li"), ("A", "Zed"))

    answer = await api.get("/users", sort="-lastName,firstName")

    assert [(r["lastName"], r["firstName"]) for r in answer.json()] == [
        ("Zed", "A"),
        ("Li", "Ann"),
        ("Li", "B"),
        ("Abo", "Joe"),
    ]
    again = await api.get("/users", sort=["-lastName", "firstName"])
    assert again.json() == answer.json()


async def test_ties_are_broken_by_id(api, scores):
    answer = await api.get("/pai/summaries", sort="timeZone")

    assert column(answer, "id") == sorted(column(answer, "id"))


async def test_an_unknown_sort_field_is_refused(api):
    for sort in ["shoeSize", "first_name", "href", "--firstName", ",", "firstName,", "firstName desc"]:
        await api.refused("/users", sort=sort)


# --- fields


async def test_only_the_fields_asked_for_are_answered(api, world):
    rows = (await api.get("/users", fields="firstName,lastName", sort="firstName")).json()
    one = (await api.get(f"/users/{world.joe}", fields="country")).json()

    assert rows == [{"firstName": "Ann", "lastName": "Li"}, {"firstName": "Joe", "lastName": "Abo"}]
    assert one == {"country": "CA"}


async def test_repeated_and_spaced_fields_are_one_list(api, world):
    repeated = await api.get(f"/users/{world.joe}", fields=["country", "firstName"])
    spaced = await api.get(f"/users/{world.joe}", fields="country, firstName,country")

    assert repeated.json() == spaced.json() == {"country": "CA", "firstName": "Joe"}


async def test_unknown_fields_are_refused_on_lists_and_items(api, world):
    for fields in ["shoeSize", "firstName,shoeSize", "", "firstName,", "first_name", "FirstName", "*"]:
        await api.refused("/users", fields=fields)
        await api.refused(f"/users/{world.joe}", fields=fields)


@pytest.mark.parametrize(("path", "view"), [("/users", USER), ("/pai/summaries", PAI_SUMMARY)])
async def test_every_field_can_be_asked_for_alone(api, scores, path, view):
    for name in view.names:
        assert [list(row) for row in (await api.get(path, fields=name, limit="1")).json()] == [[name]]


async def test_all_fields_come_in_the_documents_order(api, world):
    assert list((await api.get(f"/users/{world.joe}")).json()) == USER.names


# --- paging


async def test_paging_has_the_documented_defaults(api, store, world):
    await named(store, world, *[("U", str(n)) for n in range(25)])

    answer = await api.get("/users")

    assert len(answer.json()) == 20
    paging = {name: value for name, value in answer.headers.items() if name.startswith("x-pagination-")}
    assert paging == {"x-pagination-count": "27", "x-pagination-offset": "0", "x-pagination-limit": "20"}


async def test_offset_and_limit_are_plain_whole_numbers(api):
    for value in ["-1", "x", "", "1.5", "1e3", "+1", " 1", "\u0661", "99999999999999999999"]:
        for name in ("offset", "limit"):
            error = await api.refused("/users", **{name: value})
            assert error["message"].startswith(f"{name} must be a whole number from")


async def test_limit_is_from_1_to_1000(api):
    for limit, status in [("0", 400), ("1", 200), ("1000", 200), ("1001", 400)]:
        assert (await api.get("/users", limit=limit)).status_code == status


async def test_what_can_be_meant_once_is_refused_twice(api):
    for name in ["q", "offset", "limit"]:
        value = {"q": "firstName=Joe"}.get(name, "1")

        assert name in (await api.refused("/users", **{name: [value, value]}))["message"]


async def test_an_offset_beyond_the_end_is_an_empty_page(api):
    answer = await api.get("/users", offset="1000000000")

    assert answer.json() == []
    assert answer.headers["x-pagination-count"] == "2"


@pytest.mark.parametrize("limit", [1, 3, 7, 20])
async def test_walking_the_links_meets_every_row_once(api, client, store, world, limit):
    await named(store, world, *[(f"U{n % 3}", "Walker & Söhne+1") for n in range(20)])
    target, seen, pages = api.base + "/users", [], []
    params = {"lastName": "Walker & Söhne+1", "sort": "-firstName", "limit": limit, "fields": "id,firstName"}

    answer = await client.get(target, params=params, headers=api.headers)
    last = links(answer)["last"]
    while True:
        seen += column(answer, "id")
        pages.append(str(answer.url))
        if "next" not in links(answer):
            break
        answer = await client.get(links(answer)["next"], headers=api.headers)

    assert len(seen) == len(set(seen)) == 20
    assert urlsplit(pages[-1]).query == urlsplit(last).query or len(pages) == 1
    while "prev" in links(answer):
        answer = await client.get(links(answer)["prev"], headers=api.headers)
        seen = [row_id for row_id in seen if row_id not in column(answer, "id")]
    assert len(pages) == -(-20 // limit)


async def test_a_walk_meets_everybody_once_while_others_are_added(api, client, store, world):
    """Three come in after each page, until twenty have; the walk ends with the last of them, at its own last."""
    await named(store, world, *[("U", str(number)) for number in range(40)])
    coming = list(range(21))

    async def between():
        for _ in range(3):
            if coming:
                answer = await client.post(
                    f"{api.base}/users", json={"firstName": f"N{coming.pop()}"}, headers=api.headers
                )
                assert answer.status_code == 201

    seen, pages = await walked(client, f"{api.base}/users?limit=7", api.headers, between)

    assert len(seen) == len(set(seen)) == 40 + 2 + 21
    assert pages == 9


async def test_the_seeds_unaligned_example_walks_to_its_last(api, store, world):
    await named(store, world, *[("U", str(n)) for n in range(51)])

    answer = await api.get("/users", offset="5", limit="20")

    assert answer.headers["x-pagination-count"] == "53"
    offsets = {name: re.search(r"offset=(\d+)", target)[1] for name, target in links(answer).items()}
    assert offsets == {"first": "0", "prev": "0", "next": "25", "last": "45"}


async def test_a_page_beyond_the_end_leads_back(api, client):
    answer = await api.get("/users", offset="1000", limit="20")

    assert column(await client.get(links(answer)["prev"], headers=api.headers), "id")


async def test_rows_come_in_the_order_in_which_they_were_added(api, store, world):
    for number in range(5):
        async with store.writing() as unit:
            stamps = {
                "created_at": LONG_AGO + timedelta(days=1 + number % 3, seconds=number),
                "modified_at": LONG_AGO,
            }
            await unit.add(User(organization_id=world.organization, first_name=str(number), **stamps))

    names = column(await api.get("/users"), "firstName")
    assert names[2:] == ["0", "3", "1", "4", "2"]
    assert sorted(names[:2]) == ["Ann", "Joe"]


async def test_an_empty_collection_links_first_and_last_only(api):
    answer = await api.get("/users", firstName="Nobody")

    assert answer.json() == []
    assert links(answer).keys() == {"first", "last"}
    assert answer.headers["x-pagination-count"] == "0"
    assert "last-modified" not in answer.headers


# --- addresses


@pytest.mark.parametrize("prefix", admin.DOOR.prefixes)
async def test_href_is_the_fully_qualified_address_of_the_item(client, world, api, scores, prefix):
    alias = Admin(client, world, api.headers, prefix)
    for path in ("/users", "/pai/summaries"):
        rows = (await alias.get(path, sort="firstName" if path == "/users" else "date")).json()
        for row in rows:
            item = await client.get(row["href"], headers=api.headers)

            assert row["href"] == f"http://gateway.test{alias.base}{path}/{row['id']}"
            assert item.json() == row
            assert links(item)["self"] == row["href"]
            assert links(item)["collection"] == f"http://gateway.test{alias.base}{path}"


async def test_the_aliases_answer_alike(client, world, api, scores):
    answers = [
        await Admin(client, world, api.headers, prefix).get("/users", sort="id")
        for prefix in admin.DOOR.prefixes
    ]

    without_href = [[row | {"href": None} for row in answer.json()] for answer in answers]
    assert without_href[0] == without_href[1] == without_href[2]


async def test_addresses_are_those_the_client_asked(api):
    [row, *_] = (await api.get("/users", headers={"Host": "pai.example.org:8443"})).json()

    assert row["href"].startswith("http://pai.example.org:8443/api/v2/admin/")


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


# --- isolation


async def test_an_organization_sees_its_own_rows_only(api, client, world, scores):
    eve = await world.pai_headers(client, "other-admin")
    theirs = f"/api/v2/admin/organizations/{world.other_organization}"

    assert sorted(column(await api.get("/users"), "firstName")) == ["Ann", "Joe"]
    assert set(column(await api.get("/pai/summaries"), "id")) == set(map(str, scores))
    assert column(await api.get("/users", id=str(world.eve)), "id") == []
    assert (
        column(await api.get("/users", q=f"id={world.eve} OR organizationId!={world.organization}"), "id")
        == []
    )
    assert column(await api.get("/pai/summaries", userId=str(world.eve)), "id") == []
    assert column(await client.get(f"{theirs}/users", headers=eve), "firstName") == ["Eve"]
    assert set(column(await client.get(f"{theirs}/pai/summaries", headers=eve), "userId")) == {str(world.eve)}


async def test_an_or_in_q_does_not_reach_around_the_organization(api, world, scores):
    q = f"paiScore>=0 OR userId={world.eve} OR id!={world.eve}"

    assert set(column(await api.get("/pai/summaries", q=q), "id")) == set(map(str, scores))


async def test_an_account_that_was_disabled_or_lost_its_role_is_refused_at_once(api, store, world):
    for change, status in (("account_type = 'Regular'", 403), ("account_status = 'Disabled'", 401)):
        async with store.writing() as unit:
            await unit.change(text(f"UPDATE accounts SET {change} WHERE username = 'admin'"))
        pai_error(await api.get("/users"), status)
