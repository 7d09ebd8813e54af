"""Users, profiles and groups: what belongs together changes together, and everybody sees their own."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlmodel import col

from domain.biometrics import Biometric
from domain.groups.tables import GroupMembership
from domain.jobs import JobRecord
from domain.pai import PaiCalculation
from domain.programs import programs
from domain.sql import select
from domain.tables import METADATA
from tests.rest_compat.answers import pai_error
from tests.rest_compat.conftest import account_of, group_of
from tests.rest_compat.health import health_of
from tests.rest_compat.operations import Credential, State
from tests.rest_compat.pai.calling import Caller
from tests.rest_compat.pai.documents import OPERATIONS
from tests.rest_compat.programs import invited
from tests.rest_compat.scores import score
from tests.world import LONG_AGO

pytestmark = pytest.mark.anyio


async def test_members_come_and_go_and_the_server_writes_it_down(admin, joe, world):
    group = (await admin("POST", "/groups", {"name": "Walkers"}, 201)).json()
    members, path = f"/groups/{group['id']}/members", f"/groups/{group['id']}/members/{world.joe}"

    member = await admin("POST", members, {"userId": str(world.joe)}, 201)
    pai_error(await admin("POST", members, {"userId": str(world.joe)}), 409)
    assert member.headers["location"].endswith(path)
    assert [each["id"] for each in (await joe("GET", "/groups")).json()] == [group["id"]]
    await admin("DELETE", path, status=204)
    pai_error(await admin("GET", path), 404)
    pai_error(await admin("DELETE", path), 404)
    pai_error(await joe("GET", members), 404)
    await admin("POST", members, {"userId": str(world.joe), "role": "Leader"}, 201)

    stays = (await admin("GET", f"/users/{world.joe}/groupmemberships?sort=joinedOn")).json()
    assert [(stay["status"], stay["groupName"]) for stay in stays] == [
        ("Removed", "Walkers"),
        ("Current", "Walkers"),
    ]
    assert [stay["leftOn"] is None for stay in stays] == [False, True]
    assert (await joe("GET", "/groupmemberships?sort=joinedOn&fields=id")).json() == [
        {"id": stay["id"]} for stay in stays
    ]
    events = (await admin("GET", f"/groups/{group['id']}/events?sort=occurredOn")).json()
    assert [each["eventType"] for each in events] == ["Joined", "Removed", "Joined"]
    [me] = (await admin("GET", "/accounts?username=admin")).json()
    assert {each["actorAccountId"] for each in events} == {me["id"]}


async def test_what_is_shown_of_others_changes_the_etag(admin, world):
    """A user shows its account, a group its number of members, a stay the group's name, a profile measurements."""
    group, _ = await group_of(world, world.organization, world.joe)
    shown = {
        f"/users/{world.ann}": ("POST", "/accounts", {"username": "ann", "userId": str(world.ann)}),
        f"/groups/{group}": ("POST", f"/groups/{group}/members", {"userId": str(world.ann)}),
        f"/users/{world.joe}/groupmemberships": ("PATCH", f"/groups/{group}", {"name": "Runners"}),
        f"/users/{world.joe}/profile": ("PATCH", f"/users/{world.joe}/profile", {"weightKg": 70}),
        "/groups?sort=name": ("DELETE", f"/users/{world.joe}", None),
    }
    for path, change in shown.items():
        before = await admin("GET", path, status=200)
        assert (await admin(*change)).is_success

        after = await admin("GET", path, status=200, If_None_Match=before.headers["etag"])
        assert after.json() != before.json()
        since = before.headers["last-modified"]
        if "?" not in path and "memberships" not in path:
            await admin("GET", path, status=200, If_Modified_Since=since)


async def test_two_users_lists_never_carry_one_tag(admin, client, store, world):
    """Both are in one group, whose new name changes both stays in the same instant."""
    group, _ = await group_of(world, world.organization, world.joe)
    await account_of(world, world.organization, "ann", user_id=world.ann)
    async with store.writing() as unit:
        stay = {"organization_id": world.organization, "group_id": UUID(group), "user_id": world.ann}
        stamps = {"joined_at": LONG_AGO, "created_at": LONG_AGO, "modified_at": LONG_AGO}
        await unit.add(GroupMembership(**stay, **stamps))
    await admin("PATCH", f"/groups/{group}", {"name": "Runners"}, 200)

    answers = [
        await Caller(client, await world.pai_headers(client, name), world, "user")("GET", path, status=200)
        for path in ("/groupmemberships", f"/groups/{group}/members")
        for name in ("ann", "joe")
    ]

    assert len({answer.headers["etag"] for answer in answers}) == 4
    assert len({answer.text for answer in answers}) == 4


async def test_a_profile_keeps_measurements_by_the_users_own_day(joe, store, world):
    answer = await joe("PATCH", "/profile", {"heightCm": 181, "weightKg": 78.5, "units": "Imperial"}, 200)
    await joe("PATCH", "/profile", {"weightKg": 79})
    put = (await joe("PUT", "/profile", {"firstName": "Joe"}, 200)).json()

    assert (answer.json()["heightCm"], answer.json()["units"]) == (181.0, "Imperial")
    assert (put["weightKg"], put["units"], put["lastName"]) == (79.0, "Metric", None), (
        "measurements are history"
    )
    async with store.reading() as unit:
        days = await unit.rows(text("SELECT date, weight_kg FROM biometrics WHERE weight_kg IS NOT NULL"))
    assert [row.weight_kg for row in days] == [79.0]


async def test_whoever_changes_a_user_has_the_scores_that_rest_on_it_calculated_anew(
    admin, joe, store, world
):
    await score(store, world.organization, world.joe, [50.0])
    async with store.writing() as unit:
        for measured in await unit.entities(Biometric, col(Biometric.user_id) == world.joe):
            measured.max_heart_rate_bpm = None  # estimated from age
    mine = f"/users/{world.joe}"
    born = {"dateOfBirth": "1980-05-01"}
    changes = (
        (admin, "PATCH", mine, born),
        (admin, "PUT", mine, {"firstName": "Joe"}),
        (admin, "PATCH", f"{mine}/profile", born),
        (joe, "PUT", "/profile", {"firstName": "Joe"}),
        (joe, "PATCH", "/profile", born),
    )
    for caller, method, path, sent in changes:
        await caller(method, path, sent, 200)

        async with store.writing() as unit:
            waiting = await unit.entities(PaiCalculation, col(PaiCalculation.status) == "Pending")
            assert [(each.user_id, each.trigger) for each in waiting] == [(world.joe, "Profile")], (
                method,
                path,
            )
            waiting[0].status = "Completed"
    for caller, path in ((admin, mine), (joe, "/profile")):
        await caller("PATCH", path, {"firstName": "Joseph"}, 200)
    await joe("PATCH", "/profile", {"timeZone": "Europe/Oslo"}, 200)
    async with store.reading() as unit:
        assert await unit.rows(select(PaiCalculation.id).where(col(PaiCalculation.status) == "Pending")) == []
        moves = await unit.rows(select(JobRecord.id).where(col(JobRecord.kind) == "MoveDays"))
    assert len(moves) == 2, "to UTC, which is what a PUT without a time zone says, and to Oslo"


async def test_a_removed_user_leaves_nothing_and_nobody_else_loses_anything(admin, store, world):
    group, _ = await group_of(world, world.organization, world.joe)
    await score(store, world.organization, world.joe, [1.0, 2.0])
    await score(store, world.organization, world.ann, [3.0])
    boss = {"account_type": "Administrator", "user_id": world.joe}
    await account_of(world, world.organization, "boss", **boss)

    await admin("DELETE", f"/users/{world.joe}", status=204)

    async with store.reading() as unit:
        for table in METADATA.sorted_tables:
            if "user_id" in table.c:
                rows = await unit.rows(table.select().where(table.c.user_id == world.joe))
                assert rows == [], table.name
    accounts = (await admin("GET", "/accounts?sort=username")).json()
    assert [(each["username"], each["userId"]) for each in accounts] == [("admin", None), ("boss", None)]
    assert (await admin("GET", f"/groups/{group}")).json()["memberCount"] == 0
    assert len((await admin("GET", "/pai/summaries")).json()) == 1


async def test_an_organization_keeps_an_administrator(admin, world):
    [me] = (await admin("GET", "/accounts?username=admin")).json()
    path = f"/accounts/{me['id']}"
    for change in ({"accountType": "Regular"}, {"accountStatus": "Disabled"}):
        pai_error(await admin("PATCH", path, change), 409)
    pai_error(await admin("DELETE", path), 409)
    await account_of(world, world.organization, "boss", account_type="Administrator")

    assert (await admin("PATCH", path, {"accountType": "Regular"})).json()["roles"] == []
    pai_error(await admin("GET", "/accounts"), 403)


async def test_a_disabled_account_and_one_with_a_new_password_are_signed_out_at_once(admin, joe):
    [account] = (await admin("GET", "/accounts?username=joe")).json()
    path = f"/accounts/{account['id']}"

    await admin("PATCH", path, {"password": "another long one"}, 200)
    pai_error(await joe("GET", "/account"), 401)
    await admin("PATCH", path, {"accountStatus": "Disabled"}, 200)
    await admin("PATCH", path, {"accountStatus": "Active"}, 200)
    pai_error(await joe("GET", "/account"), 401)


async def test_a_stolen_refresh_token_ends_its_access_tokens_too(client, world):
    form = {"organization_id": str(world.organization), "client_id": str(world.client_id), "username": "joe"}
    password = {"grant_type": "password", "password": "correct horse battery staple"}
    first = (await client.post("/api/v2/auth/oauth", data=form | password)).json()
    refresh = form | {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = (await client.post("/api/v2/auth/oauth", data=refresh)).json()
    other = Caller(client, await world.pai_headers(client, "joe"), world, "user")

    assert (await client.post("/api/v2/auth/oauth", data=refresh)).status_code == 401

    for pair in (first, second):
        thief = Caller(client, {"Authorization": f"Bearer {pair['access_token']}"}, world, "user")
        pai_error(await thief("GET", "/account"), 401)
    await other("GET", "/account", status=200)


async def test_nobody_sees_anything_of_anybody_else_through_the_user_api(joe, store, world):
    """Every read of the table, as Joe, who shares a group and an organization with Ann."""
    group, _ = await group_of(world, world.organization, world.joe)
    foreign, _ = await group_of(world, world.organization, world.ann)
    own = await health_of(store, world.organization, world.joe) | {"groupId": group}
    anns = await health_of(store, world.organization, world.ann) | {"groupId": foreign}
    async with store.writing() as unit:
        measured = await unit.entity(Biometric, col(Biometric.user_id) == world.ann)
        measured.weight_kg = 66.25
        stay = {"organization_id": world.organization, "group_id": UUID(group), "user_id": world.ann}
        stamps = {"joined_at": LONG_AGO, "created_at": LONG_AGO, "modified_at": LONG_AGO}
        await unit.add(GroupMembership(**stay, **stamps))
        await unit.change(text("UPDATE users SET email = 'ann@example.org' WHERE first_name = 'Ann'"))
    reads = [
        o for o in OPERATIONS
        if (o.credential, o.method, o.state) == (Credential.USER, "GET", State.SERVED)
    ]  # fmt: skip

    own["invitationId"] = await invitation_of(world, world.joe)
    anns["invitationId"] = await invitation_of(world, world.ann)

    assert len(reads) >= 20
    for operation in reads:
        path = operation.path.removeprefix("/api/v2/user/organizations/{organizationId}")
        answer = await joe("GET", path.format(**own), status=200)
        for secret in (str(world.ann), "ann@example.org", "66.25", "Ann", *anns.values()):
            assert secret not in answer.text, operation
        assert (await joe("GET", path.format(**anns))).status_code == (404 if "{" in path else 200)


async def invitation_of(world, user):
    async with world.store.writing() as unit:
        program = await programs.add_program(unit, world.organization, {"name": "Walk"}, [])
    return str(await invited(world, program, user_id=user))


async def test_an_administrator_is_one_user_among_others_in_the_user_api(admin, client, world):
    own = Caller(client, admin.headers, world, "user")

    assert (await own("GET", "/account")).json()["username"] == "admin"
    pai_error(await own("GET", "/profile"), 404)
    pai_error(await own("PATCH", "/profile", {"firstName": "x"}), 404)
    for path in ("/groups", "/groupmemberships", "/programinvitations"):
        assert (await own("GET", path)).json() == []


async def test_a_birth_in_the_future_is_refused(admin):
    tomorrow = date.fromordinal(datetime.now(UTC).toordinal() + 2)
    error = pai_error(await admin("POST", "/users", {"dateOfBirth": tomorrow.isoformat()}), 400)

    assert error["errors"][0]["field"] == "dateOfBirth"
