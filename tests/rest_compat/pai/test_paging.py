"""PAI's collections by the page: their links, addresses, and whose rows they show."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text

from domain.users import User
from rest_compat.pai import admin
from tests.rest_compat.answers import pai_error
from tests.rest_compat.pai.lists import Admin, column, named
from tests.rest_compat.pai.walking import links, walked
from tests.world import LONG_AGO

pytestmark = pytest.mark.anyio


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
