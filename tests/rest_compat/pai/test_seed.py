"""The seed's own examples, as they are printed there; only the organization's id is written out to its last digit."""

from urllib.parse import quote, quote_plus

import pytest

from domain.users import User
from tests.rest_compat.answers import pai_error
from tests.rest_compat.conftest import account_of
from tests.rest_compat.pai.lists import named
from tests.rest_compat.pai.walking import links
from tests.rest_compat.scores import score
from tests.world import LONG_AGO

pytestmark = pytest.mark.anyio

ADMIN = "/api/v2/admin/organizations/2188a980-70a2-4b24-b145-8139cb7f9106"
SCORES = 'q=(paiScore>=100 AND paiScore<=160) OR userId IN ["id123", "id456"]'
ACCOUNTS = "q=accountType=Regular AND (accountStatus LIKE _ct%)"


@pytest.fixture
async def get(client, world):
    headers = await world.pai_headers(client)

    async def send(url, **more):
        answer = await client.get(url, headers=headers | {k.replace("_", "-"): v for k, v in more.items()})
        assert answer.status_code == 200, answer.text
        return answer

    return send


async def test_field_selection(get):
    for row in (await get(f"{ADMIN}/users?fields=firstName,lastName")).json():
        assert list(row) == ["firstName", "lastName"]


async def test_simple_filters(get, store, world):
    await named(store, world, ("Joe", "Noland"))

    joes = (await get(f"{ADMIN}/users?firstName=Joe")).json()
    canadian = (await get(f"{ADMIN}/users?firstName=Joe&country=CA")).json()

    assert sorted(row["lastName"] for row in joes) == ["Abo", "Noland"]
    assert [row["lastName"] for row in canadian] == ["Abo"]


@pytest.mark.parametrize(
    "encoded", [quote, quote_plus, lambda text: text.replace(" ", "%20").replace("%)", "%25)")]
)
async def test_complex_filters(get, store, world, encoded):
    """URL encoded in full, as a form does it, or only where nothing else would arrive."""
    await score(store, world.organization, world.joe, [99.5, 100.0, 130.0, 160.0, 160.5])
    await account_of(world, world.organization, "gone", account_status="Disabled")

    scores = (await get(f"{ADMIN}/pai/summaries?q={encoded(SCORES[2:])}")).json()
    accounts = (await get(f"{ADMIN}/accounts?q={encoded(ACCOUNTS[2:])}")).json()

    assert sorted(row["paiScore"] for row in scores) == [100.0, 130.0, 160.0]
    assert [row["username"] for row in accounts] == ["joe"]


async def test_ids_that_nobody_has_match_nothing_and_are_no_mistake(get, client, world):
    for query in ("userId=id123", "q=userId IN [id123]", 'q=userId="id123"'):
        assert (await get(f"{ADMIN}/pai/summaries?{query}")).json() == []
    for query in ("q=id!=id123", f"q=id NOT IN [id123, {world.ann}] OR id={world.ann}"):
        assert len((await get(f"{ADMIN}/users?{query}")).json()) == 2
    before = await client.get(f"{ADMIN}/users?q=id<id123", headers=await world.pai_headers(client))
    pai_error(before, 400)


async def test_sorting_under_the_path_of_its_example(get, store, world):
    await named(store, world, ("B", "Li"), ("A", "Zed"))

    users = "/api/v2/organizations/2188a980-70a2-4b24-b145-8139cb7f9106/users"
    rows = (await get(f"{users}?sort=-lastName,firstName")).json()

    assert [row["lastName"] + row["firstName"] for row in rows] == ["ZedA", "LiAnn", "LiB", "AboJoe"]


async def test_paging_with_its_headers(get, store, world):
    await named(store, world, *[("U", str(number)) for number in range(51)])

    answer = await get(f"{ADMIN}/users?offset=5&limit=20")

    assert answer.headers["X-Pagination-Count"] == "53"
    assert answer.headers["X-Pagination-Offset"] == "5"
    assert answer.headers["X-Pagination-Limit"] == "20"
    assert len(answer.json()) == 20
    assert {"first", "prev", "next", "last"} == links(answer).keys()


async def test_a_post_that_means_a_get(get, client, world):
    headers = await world.pai_headers(client) | {"X-HTTP-Method-Override": "GET"}

    meant = await client.post(f"{ADMIN}/users?fields=firstName,lastName", headers=headers)

    assert meant.json() == (await get(f"{ADMIN}/users?fields=firstName,lastName")).json()


async def test_the_printed_date_is_of_the_form_that_conditions_take(get, store, world):
    """Mon, 15 Jun 2009 20:45:30 GMT: long before anything here was modified, or just after."""
    printed = "Mon, 15 Jun 2009 20:45:30 GMT"
    assert (await get(f"{ADMIN}/users/{world.joe}", If_Modified_Since=printed)).json()
    async with store.writing() as unit:
        joe = await unit.entity(User, User.id == world.joe)
        joe.modified_at = LONG_AGO.replace(year=2009, month=6, day=15, hour=20, minute=45, second=30)

    answer = await get(f"{ADMIN}/users/{world.joe}")

    assert answer.headers["Last-Modified"] == printed
