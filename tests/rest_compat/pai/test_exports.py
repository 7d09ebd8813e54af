"""A program's exports: built a portion at a time, told as JSON and CSV, and never of whoever has left."""

import csv
import io
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import col

from domain.exports.tables import Export, ExportPart, PruneExports
from domain.programs import exports
from domain.programs.tables import InvitationStatus, ProgramInvitation, ProgramMember
from domain.sql import select
from domain.users import User
from rest_compat.pai.program import files
from tests.rest_compat.answers import pai_error
from tests.rest_compat.conftest import account_of
from tests.rest_compat.pai.test_people import Caller
from tests.rest_compat.programs import member_of, program_of
from tests.rest_compat.scores import score
from tests.world import LONG_AGO

pytestmark = pytest.mark.anyio
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NAMES = ["userId", "firstName", "lastName", "email", "status", "joinedOn", "paiScore", "dailyPai", "date"]
CSV = "text/csv"
SPITEFUL = {"first_name": '=HYPERLINK("http://x","y")', "last_name": 'O"Neill, Jr.', "email": "@sum\r\n"}


@pytest.fixture
async def program(world):
    await account_of(world, world.organization, "coach")
    return await program_of(world, world.organization, "coach", world.ann)


@pytest.fixture
async def coach(client, world, program):
    caller = Caller(client, await world.pai_headers(client, "coach"), world, "program")
    caller.base += f"/programs/{program.id}"
    return caller


async def crowd(world, program, count, **details):
    """Members beside those there are, none of whom has a score."""
    stamps = {"created_at": LONG_AGO, "modified_at": LONG_AGO}
    whose = {"organization_id": world.organization}
    async with world.store.writing() as unit:
        users = [User(**whose, **details, **stamps) for _ in range(count)]
        await unit.add_all(users)
        for user in users:
            sent = {"program_id": program.id, "user_id": user.id} | whose | stamps
            invitation = ProgramInvitation(
                **sent, status=InvitationStatus.ACCEPTED, token_hash=user.id.hex, expires_at=LONG_AGO
            )
            await unit.add(invitation)
            await unit.add(ProgramMember(**sent, invitation_id=invitation.id, joined_at=LONG_AGO))
    return users


async def build_once(world, export_id):
    async with world.store.writing() as unit:
        await exports.build(unit, export_id)


def rows_of(answer):
    assert "\r\n" in answer.text
    names, *rows = csv.reader(io.StringIO(answer.text, newline=""))
    assert names == NAMES
    return rows


async def test_an_export_is_built_in_portions_and_told_in_two_forms(coach, program, world):
    await score(world.store, world.organization, world.ann, [50.0, 104.2])
    await crowd(world, program, exports.PORTION, first_name="Kim")

    asked = await coach("POST", "/exports", status=202)
    path = asked.headers["location"].partition(coach.base)[2]
    assert asked.json()["href"] == asked.headers["location"]
    assert [asked.json()[name] for name in ("state", "percent", "rowCount")] == ["Pending", 0, 0]
    assert "Pending" in pai_error(await coach("GET", path, Accept=CSV), 409)["message"]
    export_id = UUID(asked.json()["id"])
    await build_once(world, export_id)
    told = (await coach("GET", path)).json()
    assert (told["state"], told["percent"], told["rowCount"], told["data"]) == ("Running", 95, 20, None)
    running = await coach("GET", path, Accept=CSV)
    assert "95 percent" in pai_error(running, 409)["message"]
    await build_once(world, export_id)

    done = await coach("GET", path, status=200)
    assert [done.json()[name] for name in ("state", "percent", "rowCount")] == ["Completed", 100, 22]
    rows = done.json()["data"]
    assert list(rows[0]) == NAMES
    ann = [row for row in rows if row["userId"] == str(world.ann)]
    assert [(row["paiScore"], row["dailyPai"], row["date"]) for row in ann] == [
        (50.0, 5.0, "2024-05-01"), (104.2, 10.42, "2024-05-02"),
    ]  # fmt: skip
    assert len(rows) == 22
    assert [row["date"] for row in rows].count(None) == 20
    table = await coach("GET", path, status=200, Accept="text/csv, application/json;q=0.9")
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert rows_of(table) == [["" if value is None else str(value) for value in row.values()] for row in rows]
    assert table.headers["content-encoding"] == "gzip"
    assert "Accept" in table.headers["vary"].split(", ")
    assert table.headers["etag"] != done.headers["etag"]
    for first, accept in ((done, "application/json"), (table, CSV)):
        held = await coach("GET", path, status=304, Accept=accept, If_None_Match=first.headers["etag"])
        assert held.content == b""
        head = await coach("HEAD", path, status=200, Accept=accept)
        assert (head.content, head.headers["etag"]) == (b"", first.headers["etag"])


async def test_whoever_leaves_is_in_no_export_any_more(coach, program, world, store):
    """Neither in one that is done, nor in one that is being built, nor when a part is written as they leave."""
    await score(store, world.organization, world.joe, [50.0])
    await member_of(world, program.id, world.organization, world.joe)
    await crowd(world, program, exports.PORTION)
    done, begun = [UUID((await coach("POST", "/exports", status=202)).json()["id"]) for _ in range(2)]
    for export_id in (done, done, begun):
        await build_once(world, export_id)
    before = await coach("GET", f"/exports/{done}")
    assert str(world.joe) in before.text
    async with store.reading() as unit:
        theirs = select(*ExportPart.__table__.c).where(col(ExportPart.user_id) == world.joe)
        late = await unit.row(theirs.where(col(ExportPart.export_id) == done))

    await coach("DELETE", f"/members/{world.joe}", status=204)
    await build_once(world, begun)

    async with store.writing() as unit:
        assert await unit.rows(theirs) == []
        await unit.add(ExportPart(**late._mapping))  # noqa: SLF001  Row's public API
    for export in (done, begun):
        for accept in ("application/json", CSV):
            answer = await coach("GET", f"/exports/{export}", status=200, Accept=accept)
            assert str(world.joe) not in answer.text
            assert str(world.ann) in answer.text
    await coach("GET", f"/exports/{done}", status=200, If_None_Match=before.headers["etag"])


@SQLITE
async def test_what_people_wrote_runs_in_no_spreadsheet_and_breaks_no_line(coach, program, world):
    await crowd(world, program, 1, **SPITEFUL)
    await crowd(world, program, 1, first_name="-1", last_name="Zoë", email="\t+1")
    await score(world.store, world.organization, world.ann, [-1.5])
    export_id = (await coach("POST", "/exports", status=202)).json()["id"]
    await world.work()

    answer = await coach("GET", f"/exports/{export_id}", status=200, Accept=CSV)

    rows = {tuple(row[1:4]): row[6] for row in rows_of(answer)}
    assert rows == {
        ('\'=HYPERLINK("http://x","y")', 'O"Neill, Jr.', "'@sum\r\n"): "",
        ("'-1", "Zoë", "'\t+1"): "",
        ("Ann", "Li", ""): "-1.5",
    }
    assert '"O""Neill, Jr."' in answer.text
    data = (await coach("GET", f"/exports/{export_id}?fields=data")).json()
    assert list(data) == ["data"]
    assert SPITEFUL["first_name"] in [row["firstName"] for row in data["data"]], "JSON runs nowhere"


@SQLITE
async def test_an_export_of_some_days_and_what_is_wrong_with_others(coach, program, world):
    await score(world.store, world.organization, world.ann, [1.0, 2.0, 3.0])
    days = {"fromDate": "2024-05-02", "toDate": "2024-05-02"}
    asked = (await coach("POST", "/exports", days, 202)).json()
    await world.work()

    told = (await coach("GET", f"/exports/{asked['id']}?fields=data,fromDate")).json()
    assert [row["paiScore"] for row in told["data"]] == [2.0]
    assert told["fromDate"] == "2024-05-02"
    assert (await coach("GET", f"/exports/{asked['id']}?fields=state")).json() == {"state": "Completed"}
    typed = coach.headers | {"Content-Type": CSV}
    wrong = await coach.client.post(f"{coach.base}/exports", content=b"fromDate", headers=typed)
    pai_error(wrong, 415)
    quiet = await coach("POST", "/exports", X_No_Return_Resource="1", status=202)
    assert (quiet.content, "location" in quiet.headers) == (b"", True)
    for _ in range(exports.MOST_OPEN - 1):
        await coach("POST", "/exports", status=202)
    pai_error(await coach("POST", "/exports"), 409)


async def test_an_export_is_gone_when_its_time_is_up_and_pruned(coach, program, world, store):
    path, now = f"/exports/{program.export}", store.clock()
    await coach("GET", path, status=200)
    store.clock = lambda: now + timedelta(days=8)
    coach.headers = await world.pai_headers(coach.client, "coach")

    pai_error(await coach("GET", path), 404)
    assert (await coach("GET", "/exports")).json() == []
    async with store.writing() as unit:
        await unit.later(PruneExports())
    await world.work()
    async with store.reading() as unit:
        assert await unit.rows(select(Export.id)) == []
        assert await unit.rows(select(ExportPart.id)) == []


@SQLITE
async def test_an_export_that_cannot_be_built_says_so_and_can_be_tried_again(coach, program, world, store):
    asked = (await coach("POST", "/exports", status=202)).json()
    async with store.writing() as unit:
        await exports.ExportMembers(UUID(asked["id"])).given_up(unit)

    told = (await coach("GET", f"/exports/{asked['id']}")).json()
    assert (told["state"], told["data"]) == ("Failed", None)
    assert "look into it" in told["problem"]
    assert (
        "has failed" in pai_error(await coach("GET", f"/exports/{asked['id']}", Accept=CSV), 409)["message"]
    )
    await world.work()
    told = (await coach("GET", f"/exports/{asked['id']}")).json()
    assert (told["state"], told["problem"]) == ("Completed", None)


@pytest.mark.parametrize("name", ["=1+1", " =1+1", "\uff1d1+1", "\u00a0=1+1", "+1", "@sum", "\t=1"])
def test_no_spelling_of_a_formula_gets_by(name):
    assert files._cell("firstName", name) == f"'{name}"  # noqa: SLF001
    assert files._cell("firstName", "O-Neill = 1") == "O-Neill = 1"  # noqa: SLF001
