"""Programs over GraphQL: from an invitation to an export and out again, and what nobody may do or see."""

import pytest

from tests.databases import ONE_DATABASE
from tests.gateway import whole as everything_of
from tests.gateway.whole import COACH, OURS

pytestmark = pytest.mark.anyio

ERRORS = "userErrors { field code message }"
INVITE = f"""mutation($program: ID!, $input: InviteToProgramInput!) {{
  inviteToProgram(programId: $program, input: $input) {{
    programInvitation {{ id status email userId membershipStatus }} {ERRORS} }} }}"""
ACCEPT = f"""mutation($input: AcceptProgramInvitationInput!) {{ acceptProgramInvitation(input: $input) {{
  programInvitation {{ status programName membershipStatus }} {ERRORS} }} }}"""
LEAVE = f"""mutation($id: ID!) {{ declineOrLeaveProgram(invitationId: $id) {{
  programInvitation {{ status membershipStatus }} {ERRORS} }} }}"""
WITHDRAW = f"""mutation($id: ID!) {{ withdrawProgramInvitation(id: $id) {{
  programInvitation {{ status }} {ERRORS} }} }}"""
EXPORT = f"""mutation($program: ID!, $input: RequestProgramExportInput!) {{
  requestProgramExport(programId: $program, input: $input) {{
    programExport {{ id state rows(first: 1) {{ totalCount }} }} {ERRORS} }} }}"""
CREATE = f"""mutation($input: CreateProgramInput!) {{ createProgram(input: $input) {{
  program {{ id name administrators organization {{ uuid }} }} {ERRORS} }} }}"""
MEMBERS = """{ programMembers(first: 9) { nodes { id firstName userId status user { uuid }
  program { memberCount } paiSummaries(first: 9) { totalCount nodes { id userId paiScore } } } } }"""
ROWS = """query($id: ID!, $after: String) { node(id: $id) { ... on ProgramExport { state rowCount
  rows(first: 1, after: $after) { totalCount pageInfo { hasNextPage hasPreviousPage endCursor }
    edges { cursor } nodes { userId firstName date paiScore } } } } }"""


@pytest.fixture
async def program(world, records):
    whole = await everything_of.made(world)
    return str(min(whole.ids["Program"][OURS]))


@pytest.fixture
def one(data):
    """The only payload of a mutation, and what there is to mend."""

    async def carried_out(mutation, who=COACH, **variables):
        [payload] = (await data(mutation, who, **variables)).values()
        return payload, [(error["field"], error["code"]) for error in payload.pop("userErrors")]

    return carried_out


async def test_a_program_sees_members_from_accepting_to_leaving_and_no_more_than_their_pai(
    data, one, world, program
):
    [member] = (await data(MEMBERS, COACH))["programMembers"]["nodes"]
    assert (member["userId"], member["user"]) == (str(world.joe), None)
    assert member["program"] == {"memberCount": 1}
    assert member["paiSummaries"]["totalCount"] == len(member["paiSummaries"]["nodes"]) > 1
    [same] = (await data("query($id: ID!) { nodes(ids: [$id]) { id } }", COACH, id=member["id"]))["nodes"]
    assert same == {"id": member["id"]}
    [own] = (await data("{ programInvitations(first: 9) { nodes { id membershipStatus } } }", "joe"))[
        "programInvitations"
    ]["nodes"]
    assert own["membershipStatus"] == "ACTIVE"

    left, errors = await one(LEAVE, "joe", id=own["id"])
    assert errors == []
    assert left["programInvitation"] == {"status": "ACCEPTED", "membershipStatus": "LEFT"}
    assert (await data(MEMBERS, COACH))["programMembers"]["nodes"] == []
    seen = await data(
        "query($id: ID!) { node(id: $id) { ... on ProgramInvitation { membershipStatus } } }",
        COACH,
        id=own["id"],
    )
    assert seen["node"] == {"membershipStatus": None}
    assert (await one(LEAVE, "joe", id=own["id"]))[1] == [(None, "NOT_FOUND")]

    sent, _ = await one(INVITE, program=program, input={"userId": str(world.joe)})
    assert sent["programInvitation"]["status"] == "PENDING"
    joined, errors = await one(ACCEPT, "joe", input={"id": sent["programInvitation"]["id"]})
    assert errors == []
    assert joined["programInvitation"]["membershipStatus"] == "ACTIVE"
    [again] = (await data(MEMBERS, COACH))["programMembers"]["nodes"]
    assert again["id"] != member["id"]


async def test_an_export_is_read_row_by_row_by_whoever_runs_the_program(data, one, world, program):
    begun, errors = await one(EXPORT, program=program, input={})
    assert errors == []
    assert begun["programExport"]["state"] == "PENDING"
    assert begun["programExport"]["rows"] is None
    await world.work()

    rows, after, asked = [], None, begun["programExport"]["id"]
    while True:
        export = (await data(ROWS, COACH, id=asked, after=after))["node"]
        page = export["rows"]
        rows += page["nodes"]
        assert page["pageInfo"]["hasPreviousPage"] is (after is not None)
        assert page["edges"] == [{"cursor": page["pageInfo"]["endCursor"]}]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert export["state"] == "COMPLETED"
    assert len(rows) == page["totalCount"] == export["rowCount"] > 1
    assert {row["userId"] for row in rows} == {str(world.joe)}
    assert [row["date"] for row in rows] == sorted(row["date"] for row in rows)

    [member] = (await data(MEMBERS, COACH))["programMembers"]["nodes"]
    remove = f"mutation($id: ID!) {{ removeProgramMember(id: $id) {{ removed {ERRORS} }} }}"
    assert (await one(remove, id=member["id"]))[0] == {"removed": True}
    emptied = (await data(ROWS, COACH, id=asked))["node"]["rows"]
    assert (emptied["totalCount"], emptied["nodes"]) == (0, [])
    assert (await data(ROWS, "other-admin", id=asked))["node"] is None


@ONE_DATABASE
async def test_what_cannot_be_done_says_what_to_mend(ask, one, world, program):
    assert (await one(INVITE, program=program, input={}))[1] == [(None, "BAD_REQUEST")]
    assert (await one(INVITE, program=program, input={"userId": str(world.eve)}))[1] == [
        ("userId", "INVALID_FIELD")
    ]
    assert (await one(INVITE, program=program, input={"email": "no"}))[1] == [("email", "INVALID_FIELD")]
    assert (await one(INVITE, program=program, input={"userId": str(world.ann)}))[1] == [(None, "CONFLICT")]
    days = {"fromDate": "2024-05-02", "toDate": "2024-05-01"}
    assert (await one(EXPORT, program=program, input=days))[1] == [("toDate", "INVALID_FIELD")]
    assert (await one(ACCEPT, "joe", input={"token": "made up"}))[1] == [(None, "NOT_FOUND")]
    assert (await one(ACCEPT, "joe", input={}))[1] == [(None, "BAD_REQUEST")]
    answer = await ask(
        '{ programExports(first: 1) { nodes { rows(first: 1, after: "x") { totalCount } } } }', COACH
    )
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_REQUEST"]
    answer = await ask("{ programExports(first: 1) { nodes { rows { totalCount } } } }", COACH)
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_REQUEST"]


@ONE_DATABASE
async def test_an_administrator_makes_programs_of_the_own_organization(one, world, program):
    made, errors = await one(CREATE, "admin", input={"name": "Run", "administrators": ["joe", COACH]})
    assert errors == []
    assert made["program"].pop("id")
    assert made["program"] == {
        "name": "Run",
        "administrators": ["joe", COACH],
        "organization": {"uuid": str(world.organization)},
    }
    assert (await one(CREATE, "admin", input={"name": "Run", "administrators": ["eve"]}))[1] == [
        (None, "BAD_REQUEST")
    ]
    assert (await one(CREATE, "admin", input={"name": "", "administrators": []}))[1] == [
        ("name", "INVALID_FIELD")
    ]
    rename = f"""mutation($id: ID!) {{ changeProgram(id: $id, input: {{name: "Theirs"}}) {{
      program {{ id }} {ERRORS} }} }}"""
    assert (await one(rename, "other-admin", id=program))[1] == [(None, "NOT_FOUND")]
