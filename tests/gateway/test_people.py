"""People over GraphQL: what administrators and users change here, PAI's REST API shows, and the other way round."""

import pytest

pytestmark = pytest.mark.anyio

ERRORS = "userErrors { field code message }"
USER = f"mutation($input: UserInput!) {{ createUser(input: $input) {{ user {{ id uuid sex }} {ERRORS} }} }}"
CHANGE_USER = f"""mutation($id: ID!, $input: UserInput!) {{ changeUser(id: $id, input: $input) {{
  user {{ firstName country timeZone }} {ERRORS} }} }}"""
PROFILE = f"""mutation($id: ID!, $input: ProfileInput!) {{ changeProfile(userId: $id, input: $input) {{
  user {{ units locale biometrics(first: 1) {{ nodes {{ heightCm }} }} }} {ERRORS} }} }}"""
ACCOUNT = f"""mutation($input: AccountInput!) {{ createAccount(input: $input) {{
  account {{ id username accountType user {{ uuid }} }} {ERRORS} }} }}"""
CHANGE_ACCOUNT = f"""mutation($id: ID!, $input: AccountInput!) {{ changeAccount(id: $id, input: $input) {{
  account {{ accountStatus }} {ERRORS} }} }}"""
OWN = f"""mutation($input: OwnAccountInput!) {{ changeOwnAccount(input: $input) {{
  account {{ email emailConfirmed }} {ERRORS} }} }}"""
GROUP = f'mutation {{ createGroup(input: {{name: "Runners"}}) {{ group {{ id uuid }} {ERRORS} }} }}'
ADD = f"""mutation($group: ID!, $user: ID!) {{ addGroupMember(groupId: $group, userId: $user, role: LEADER) {{
  group {{ memberCount memberships(first: 9) {{ nodes {{ role user {{ uuid }} }} }} }} {ERRORS} }} }}"""
TAKE_OUT = f"""mutation($group: ID!, $user: ID!) {{ removeGroupMember(groupId: $group, userId: $user) {{
  group {{ memberCount events(first: 9) {{ nodes {{ eventType actor {{ username }} }} }} }} {ERRORS} }} }}"""
MINE = """query($id: ID!) { user(id: $id) { memberships(first: 9) { nodes { groupName role group { name } } }
  pastMemberships(first: 9) { nodes { groupName leftAt group { name } } } } }"""


@pytest.fixture
def one(data):
    """The only payload of a mutation that has to be carried out."""

    async def carried_out(mutation, who="admin", **variables):
        [payload] = (await data(mutation, who, **variables)).values()
        assert payload.pop("userErrors") == []
        return payload

    return carried_out


@pytest.fixture
async def users(client, world):
    """A user as PAI's Admin API shows it."""
    headers = await world.pai_headers(client)

    async def shown(uuid):
        path = f"/api/v2/admin/organizations/{world.organization}/users/{uuid}"
        answer = await client.get(path, headers=headers)
        return answer.json() if answer.status_code == 200 else answer.status_code

    return shown


async def test_a_user_is_added_changed_and_removed(one, data, users):
    made = (await one(USER, input={"firstName": "Mia", "sex": "FEMALE", "dateOfBirth": "1990-01-02"}))["user"]
    assert made["sex"] == "FEMALE"
    shown = await users(made["uuid"])
    assert (shown["firstName"], shown["sex"], shown["dateOfBirth"]) == ("Mia", "Female", "1990-01-02")

    changed = await one(CHANGE_USER, id=made["id"], input={"firstName": None, "country": "NO"})
    assert changed["user"] == {"firstName": None, "country": "NO", "timeZone": "UTC"}
    wrong = (await data(CHANGE_USER, id=made["id"], input={"country": "Norway"}))["changeUser"]
    assert [(error["field"], error["code"]) for error in wrong["userErrors"]] == [
        ("country", "INVALID_FIELD")
    ]
    profile = {"heightCm": 171.5, "units": "IMPERIAL", "locale": "en-CA"}
    measured = (await one(PROFILE, id=made["id"], input=profile))["user"]
    assert measured == {
        "units": "IMPERIAL",
        "locale": "en-CA",
        "biometrics": {"nodes": [{"heightCm": 171.5}]},
    }

    removed = await one(
        "mutation($id: ID!) { removeUser(id: $id) { removed userErrors { code } } }", id=made["id"]
    )
    assert removed == {"removed": True}
    assert await users(made["uuid"]) == 404


async def test_users_change_their_own_profile_and_not_what_their_organization_calls_them(one, data, world):
    joe = str(world.joe)
    await one(PROFILE, "joe", id=joe, input={"units": "IMPERIAL"})

    refused = (await data(PROFILE, "joe", id=joe, input={"externalId": "me"}))["changeProfile"]

    assert [error["field"] for error in refused["userErrors"]] == ["externalId"]
    await one(PROFILE, id=joe, input={"externalId": "joe-1"})


async def test_what_an_enum_takes_is_said_in_graphqls_words(data, world):
    refused = (await data(PROFILE, "joe", id=str(world.joe), input={"units": None}))["changeProfile"]

    assert refused["userErrors"] == [
        {"field": "units", "code": "INVALID_FIELD", "message": "takes one of METRIC or IMPERIAL"}
    ]


async def test_an_account_signs_in_until_it_is_disabled(one, data, client, world):
    given = {"username": "Mia@Example.org", "password": "correct horse", "userId": str(world.ann)}
    made = (await one(ACCOUNT, input=given))["account"]
    assert (made["username"], made["accountType"]) == ("mia@example.org", "REGULAR")
    assert made["user"] == {"uuid": str(world.ann)}
    assert await signed_in(client, world, "mia@example.org") == 200

    await one(CHANGE_ACCOUNT, id=made["id"], input={"accountStatus": "DISABLED"})

    assert await signed_in(client, world, "mia@example.org") == 401
    for wrong, field in (
        ({"username": "x", "password": "short"}, "password"),
        ({"password": "long enough"}, "username"),
        ({"username": "x", "userId": str(world.eve)}, "userId"),
        ({"username": "x", "email": "nobody"}, "email"),
    ):
        payload = (await data(ACCOUNT, input=wrong))["createAccount"]
        assert (payload["account"], [error["field"] for error in payload["userErrors"]]) == (None, [field])
    own = (await one(OWN, "joe", input={"email": "joe@example.org"}))["account"]
    assert own == {"email": "joe@example.org", "emailConfirmed": False}


async def signed_in(client, world, username):
    form = {
        "grant_type": "password", "organization_id": str(world.organization), "client_id": str(world.client_id),
        "username": username, "password": "correct horse",
    }  # fmt: skip
    return (await client.post("/api/v2/auth/oauth", data=form)).status_code


async def test_who_is_in_a_group_and_what_happened_to_it(one, data, world):
    group = (await one(GROUP))["group"]["id"]
    joe = str(world.joe)

    added = (await one(ADD, group=group, user=joe))["group"]
    assert added == {"memberCount": 1, "memberships": {"nodes": [{"role": "LEADER", "user": {"uuid": joe}}]}}
    again = (await data(ADD, group=group, user=joe))["addGroupMember"]
    assert (again["group"], again["userErrors"][0]["code"]) == (None, "CONFLICT")
    mine = (await data(MINE, "joe", id=joe))["user"]
    assert mine["memberships"]["nodes"] == [
        {"groupName": "Runners", "role": "LEADER", "group": {"name": "Runners"}}
    ]

    left = (await one(TAKE_OUT, group=group, user=joe))["group"]
    assert left["memberCount"] == 0
    assert [(one["eventType"], one["actor"]["username"]) for one in left["events"]["nodes"]] == [
        ("REMOVED", "admin"),
        ("JOINED", "admin"),
    ]
    mine = (await data(MINE, "joe", id=joe))["user"]
    assert mine["memberships"]["nodes"] == []
    [past] = mine["pastMemberships"]["nodes"]
    assert (past["groupName"], past["group"]) == ("Runners", None)
    assert past["leftAt"]
