"""Who is let in where: every route of the application, asked of the application itself, so that none is left out."""

import re
from uuid import UUID

import pytest
from fastapi.routing import iter_route_contexts

from domain.groups.tables import GroupMembership
from rest_compat import pai
from rest_compat.pai import admin, program, user
from tests.databases import ONE_DATABASE
from tests.rest_compat.answers import pai_error
from tests.rest_compat.pai import documents
from tests.rest_compat.pai.rows import MARK, Rows, theirs
from tests.world import LONG_AGO

pytestmark = pytest.mark.anyio

UNLIMITED = {"strange_requests_per_minute": 10**6, "organization_requests_per_minute": 10**6}

PARAMETER = re.compile(r"\{(\w+)\}")
ORGANIZATION = "{organizationId}"
OPEN_TO_ALL = re.compile(r"/api/v2/(\w+/)?openapi\.json|(/api/v2|/api/v2/open|/open/api/v2)/auth/.*")
EXAMPLES = {
    (operation.method, PARAMETER.sub("{}", path)): operation.example
    for operation in documents.OPERATIONS
    for path in documents.spellings(operation.path)
}


def routes(*prefixes):
    """What the application serves below these prefixes, or at all."""
    served = [
        (method, context.path)
        for context in iter_route_contexts(pai.app(store=None).routes)
        for method in sorted(context.methods)
        if method != "HEAD" and (context.path + "/").startswith(tuple(f"{it}/" for it in prefixes) or "")
    ]
    assert served
    return served


def below_an_organization():
    return [(method, path) for method, path in routes() if ORGANIZATION in path]


@pytest.fixture
def ask(client, names, store):
    """The documented example of a route, with its path filled in as given or else with what there is."""
    store.settings = store.settings.model_copy(update=UNLIMITED)

    async def send(method, path, headers, **given):
        filled = names.__class__(names | given)
        example = EXAMPLES[method, PARAMETER.sub("{}", path)].filled(filled)
        example.get("json", {}).pop("password", None)  # bcrypt's time proves nothing here
        return await client.request(method, path.format_map(filled), headers=headers, **example)

    return send


def test_whatever_is_of_no_organization_is_open_to_all():
    paths = [path for _, path in routes() if ORGANIZATION not in path]

    assert [path for path in paths if not OPEN_TO_ALL.fullmatch(path)] == []


@ONE_DATABASE
async def test_nobody_gets_anywhere_without_a_token(ask):
    for method, path in below_an_organization():
        pai_error(await ask(method, path, {}), 401)


@ONE_DATABASE
async def test_nothing_of_a_request_is_judged_before_who_asks(client, credentials, world, store):
    """Neither a stranger nor another organization has filters parsed for them, which costs and is not counted."""
    store.settings = store.settings.model_copy(update=UNLIMITED)
    organization = {"organizationId": str(world.organization)}
    for method, path in below_an_organization():
        url = PARAMETER.sub("x", path.replace(ORGANIZATION, organization["organizationId"]))
        for headers, status in (({}, 401), (credentials.pai["other-admin"], 403)):
            bad = {"q": "nonsense", "fields": "nonsense", "limit": "0"}
            pai_error(await client.request(method, url, params=bad, headers=headers, content=b"{"), status)


@ONE_DATABASE
async def test_accounts_of_another_organization_get_403_everywhere(ask, credentials, world):
    for method, path in below_an_organization():
        for stranger in ("other-admin", "eve"):
            pai_error(await ask(method, path, credentials.pai[stranger]), 403)
        elsewhere = {"organizationId": str(world.other_organization)}
        pai_error(await ask(method, path, credentials.pai["admin"], **elsewhere), 403)


@ONE_DATABASE
async def test_mere_users_get_403_everywhere_in_the_admin_api(ask, credentials):
    for method, path in routes(*admin.DOOR.prefixes):
        pai_error(await ask(method, path, credentials.pai["joe"]), 403)


@pytest.fixture
async def anns(store, world, names):
    """Ann is of Joe's organization, and in his group; all else of hers is none of his business."""
    owner = {"organizations": world.organization, "users": world.ann}
    async with store.writing() as unit:
        stay = {
            "organization_id": world.organization,
            "group_id": UUID(names["groupId"]),
            "user_id": world.ann,
        }
        stamps = {"joined_at": LONG_AGO, "created_at": LONG_AGO, "modified_at": LONG_AGO}
        await unit.add(GroupMembership(**stay, **stamps))
        return await Rows(unit, owner).in_every_table("user_id")


@pytest.fixture
async def eves(store, world):
    """Everything of the other organization."""
    owner = {"organizations": world.other_organization, "users": world.eve}
    async with store.writing() as unit:
        return await Rows(unit, owner).in_every_table("user_id", "organization_id")


def traces(rows):
    return {MARK, *(str(row_id) for table, row_id in rows.ids.items() if table != "organizations" and row_id)}


async def nothing_shows(ask, rows, prefix, headers, but=frozenset()):
    """Reads: lists and what is one's own hold no trace of the rows, and asked for by id they are not there."""
    for method, path in routes(prefix):
        others = [name for name in PARAMETER.findall(path) if name not in {"organizationId", *but}]
        if method == "GET":
            answer = await ask(method, path, headers)
            assert answer.status_code == 200, f"{path}: {answer.text}"
            assert [trace for trace in traces(rows) if trace in answer.text] == [], path
        for name in others:
            for row_id in set(rows.ids.values()):
                answer = await ask(method, path, headers, **{name: str(row_id)})
                assert answer.status_code == 404, f"{method} {path}, {name}: {answer.text}"


@ONE_DATABASE
async def test_users_see_and_touch_their_own_data_only(ask, credentials, anns, store, world):
    """Every route of the User API, also those that change something, as Joe, with the ids of everything of Ann's."""
    async with store.reading() as unit:
        before = await theirs(unit, "user_id", world.ann)

    await nothing_shows(ask, anns, user.DOOR.prefixes[0], credentials.pai["joe"])

    async with store.reading() as unit:
        assert await theirs(unit, "user_id", world.ann) == before
    assert len([rows for rows in before.values() if rows]) > 10


@ONE_DATABASE
async def test_administrators_see_and_touch_their_own_organization_only(ask, credentials, eves, store, world):
    async with store.reading() as unit:
        before = await theirs(unit, "organization_id", world.other_organization)

    await nothing_shows(ask, eves, admin.DOOR.prefixes[0], credentials.pai["admin"])

    async with store.reading() as unit:
        assert await theirs(unit, "organization_id", world.other_organization) == before
    assert len([rows for rows in before.values() if rows]) > 20


@pytest.fixture
async def strangers(store, world):
    """Ann was not invited by the coach, and all else of hers, another program included, is none of the coach's."""
    owner = {"organizations": world.organization, "users": world.ann}
    async with store.writing() as unit:
        return await Rows(unit, owner).in_every_table("user_id", "program_id")


@ONE_DATABASE
async def test_programs_see_and_touch_nobody_but_their_members(ask, credentials, strangers, store, world):
    """Every route of the Program API, with the ids of everything of somebody who is no member of the program."""
    async with store.reading() as unit:
        before = await theirs(unit, "user_id", world.ann)

    await nothing_shows(ask, strangers, program.DOOR.prefixes[0], credentials.pai["coach"], but={"programId"})

    async with store.reading() as unit:
        assert await theirs(unit, "user_id", world.ann) == before


@ONE_DATABASE
async def test_coaches_get_403_everywhere_in_programs_of_others(ask, credentials, strangers):
    for method, path in routes(*program.DOOR.prefixes):
        for row_id in set(strangers.ids.values()):
            pai_error(await ask(method, path, credentials.pai["coach"], programId=str(row_id)), 403)


@ONE_DATABASE
async def test_whoever_administers_no_program_gets_403_everywhere_in_the_program_api(ask, credentials):
    for method, path in routes(*program.DOOR.prefixes):
        for account in ("admin", "joe"):
            pai_error(await ask(method, path, credentials.pai[account]), 403)


@ONE_DATABASE
async def test_coaches_get_403_everywhere_in_the_admin_api(ask, credentials):
    for method, path in routes(*admin.DOOR.prefixes):
        pai_error(await ask(method, path, credentials.pai["coach"]), 403)
