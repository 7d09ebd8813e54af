"""Programs: invitations by mail and by id, members who come and go, and what a program sees of them."""

import asyncio
from datetime import timedelta
from uuid import UUID

import jwt
import pytest
from sqlalchemy import text
from sqlmodel import col

from domain import fit_files
from domain.announcing import Announcement, announce
from domain.events import Event
from domain.fit.encoder import encode_activity
from domain.fit_files import FitFile
from domain.identity.accounts import Account
from domain.programs import programs as domain_programs
from domain.sql import select
from domain.users import User
from tests.rest_compat.answers import pai_error
from tests.rest_compat.conftest import account_of
from tests.rest_compat.pai.conftest import token_in
from tests.rest_compat.pai.test_people import Caller
from tests.rest_compat.programs import invited, member_of, program_of, token_of
from tests.rest_compat.scores import score

pytestmark = pytest.mark.anyio
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For rules that no database has a part in."""


@pytest.fixture
async def program(world):
    """A program with no member but Ann."""
    await account_of(world, world.organization, "coach")
    return await program_of(world, world.organization, "coach", world.ann)


@pytest.fixture
async def coach(client, world, program):
    caller = Caller(client, await world.pai_headers(client, "coach"), world, "program")
    caller.base += f"/programs/{program.id}"
    return caller


@pytest.fixture
async def joe(client, world):
    return Caller(client, await world.pai_headers(client, "joe"), world, "user")


@pytest.fixture
async def with_address(world):
    """Joe's account has an e-mail address, confirmed or not."""

    async def put(address="Joe@example.org", *, confirmed=False):
        async with world.store.writing() as unit:
            account = await unit.entity(Account, col(Account.username) == "joe")
            account.sqlmodel_update({"email": address, "email_confirmed": confirmed, "locale": "de-AT"})

    return put


async def test_whoever_accepts_is_seen_until_they_leave(coach, joe, mails, world, with_address):
    await score(world.store, world.organization, world.joe, [50.0, 104.2])
    await with_address()
    member = f"/members/{world.joe}"

    invitation = await coach("POST", "/invitations", {"email": "joe@Example.org"}, 201)
    assert invitation.json()["href"] == invitation.headers["location"]
    assert (invitation.json()["status"], invitation.json()["userId"]) == ("Pending", None)
    for path in (member, f"{member}/pai/summaries"):
        pai_error(await coach("GET", path), 404)
    mail = next(mail for mail in await mails() if mail["To"] == "joe@example.org")
    assert (mail["Content-Language"], mail["Subject"]) == ("de", "Sie sind zu einem Programm eingeladen")
    assert "What coach offers" in mail.get_content()
    accepted = await joe("POST", "/programinvitations", {"token": token_in(mail)}, 201)

    assert accepted.json()["href"] == accepted.headers["location"]
    shown = (await coach("GET", member, status=200)).json()
    assert (shown["firstName"], shown["paiScore"], shown["dailyPai"], shown["date"], shown["status"]) == (
        "Joe", 104.2, 10.42, "2024-05-02", "Active",
    )  # fmt: skip
    scores = (await coach("GET", f"{member}/pai/summaries?sort=date&fields=paiScore,href")).json()
    assert [day["paiScore"] for day in scores] == [50.0, 104.2]
    assert (await coach("GET", scores[0]["href"].partition(coach.base)[2])).json()[0]["paiScore"] == 50.0
    sorted_ = (await coach("GET", "/members?sort=-paiScore&fields=userId&q=paiScore>100")).json()
    assert sorted_ == [{"userId": str(world.joe)}]

    pai_error(await joe("POST", "/programinvitations", {"token": token_in(mail)}), 409)
    own = f"/programinvitations/{accepted.json()['id']}"
    await joe("DELETE", own, status=204)
    for path in (member, f"{member}/pai/summaries"):
        pai_error(await coach("GET", path), 404)
    assert [each["userId"] for each in (await coach("GET", "/members")).json()] == [str(world.ann)]
    pai_error(await joe("DELETE", own), 404)
    told = (await joe("GET", own)).json()
    assert (told["status"], told["membershipStatus"], told["programName"]) == (
        "Accepted", "Left", "What coach offers",
    )  # fmt: skip


async def test_an_invitation_is_accepted_by_whom_it_was_sent_to(coach, joe, world, with_address, program):
    """By the user's id, by a confirmed address, or by an address that the mailed token proves."""
    await account_of(world, world.organization, "zoe")
    stranger = Caller(coach.client, await world.pai_headers(coach.client, "zoe"), world, "user")
    admin = Caller(coach.client, await world.pai_headers(coach.client), world, "user")
    by_mail = await invited(world, program.id, email="joe@example.org")
    token = {"token": token_of(world, by_mail)}

    pai_error(await admin("POST", "/programinvitations", token), 403)
    async with world.store.writing() as unit:
        account = await unit.entity(Account, col(Account.username) == "zoe")
        account.user_id = world.ann
    for sent in (token, {"token": "x"}, {"id": str(by_mail)}):
        pai_error(await stranger("POST", "/programinvitations", sent), 404)
    await with_address()
    assert (await joe("GET", "/programinvitations")).json() == []
    pai_error(await joe("POST", "/programinvitations", {"id": str(by_mail)}), 404)
    await with_address(confirmed=True)
    [seen] = (await joe("GET", "/programinvitations")).json()
    assert (seen["id"], seen["status"], seen["programId"]) == (str(by_mail), "Pending", str(program.id))
    assert seen["membershipStatus"] is seen["acceptedOn"] is None
    await joe("POST", "/programinvitations", {"id": str(by_mail)}, 201)
    await coach("DELETE", f"/members/{world.joe}", status=204)

    await with_address("other@example.org")
    async with world.store.writing() as unit:
        user = await unit.entity(User, col(User.id) == world.joe)
        user.email = "Joe@example.org"
    again = await invited(world, program.id, email="joe@example.org")
    await joe("POST", "/programinvitations", {"token": token_of(world, again)}, 201)
    told = (await joe("GET", "/programinvitations?sort=createdOn&fields=membershipStatus")).json()
    assert [each["membershipStatus"] for each in told] == ["Removed", "Active"]


async def test_what_is_no_longer_pending_cannot_be_changed(coach, joe, world, program, store):
    """The whole table of moves, from both sides; each refusal says what is the case."""
    whom = {"userId": str(world.joe)}
    now = store.clock()
    waiting = (await coach("POST", "/invitations", whom, 201)).json()["id"]
    error = pai_error(await coach("POST", "/invitations", whom), 409)
    assert "withdraw it" in error["message"]
    await coach("DELETE", f"/invitations/{waiting}", status=204)
    for answer in (
        await coach("DELETE", f"/invitations/{waiting}"),
        await joe("POST", "/programinvitations", {"id": waiting}),
        await joe("DELETE", f"/programinvitations/{waiting}"),
    ):
        assert "is Withdrawn" in pai_error(answer, 409)["message"]

    lapsing = (await coach("POST", "/invitations", whom, 201)).json()
    before = await coach("GET", f"/invitations/{lapsing['id']}")
    store.clock = lambda: now + timedelta(days=15)
    coach.headers = await world.pai_headers(coach.client, "coach")
    joe.headers = await world.pai_headers(joe.client, "joe")
    held = {"If_None_Match": before.headers["etag"], "If_Modified_Since": before.headers["last-modified"]}
    after = await coach("GET", f"/invitations/{lapsing['id']}", status=200, **held)
    assert (after.json()["status"], after.json()["modifiedOn"]) == ("Expired", lapsing["expiresOn"])
    assert len((await coach("GET", "/invitations?status=Expired")).json()) == 2
    for answer in (
        await coach("DELETE", f"/invitations/{lapsing['id']}"),
        await joe("POST", "/programinvitations", {"token": token_of(world, UUID(lapsing["id"]))}),
    ):
        assert "is Expired" in pai_error(answer, 409)["message"]

    await member_of(world, program.id, world.organization, world.joe)
    assert "member" in pai_error(await coach("POST", "/invitations", whom), 409)["message"]
    accepted = (await joe("GET", "/programinvitations?status=Accepted")).json()[0]["id"]
    assert "is Accepted" in pai_error(await coach("DELETE", f"/invitations/{accepted}"), 409)["message"]


@SQLITE
async def test_nobodys_inbox_is_filled_and_a_withdrawn_invitation_is_not_mailed(coach, mails, world, program):
    await mails()
    for _ in range(3):
        sent = (await coach("POST", "/invitations", {"email": "zoe@example.org"}, 201)).json()["id"]
        await coach("DELETE", f"/invitations/{sent}", status=204)

    assert (
        "a day"
        in pai_error(await coach("POST", "/invitations", {"email": "ZOE@example.org"}), 409)["message"]
    )
    assert await mails() == []
    await coach("POST", "/invitations", {"userId": str(world.joe)}, 201)
    assert await mails() == [], "Joe has no address; he finds it in his list"


async def test_two_invitations_accepted_at_once_make_one_member(joe, coach, world, program, with_address):
    await with_address(confirmed=True)
    both = [
        await invited(world, program.id, user_id=world.joe),
        await invited(world, program.id, email="joe@example.org"),
    ]

    answers = await asyncio.gather(*(joe("POST", "/programinvitations", {"id": str(one)}) for one in both))

    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert len((await coach("GET", "/members")).json()) == 2


async def test_subscribers_hear_of_members_and_the_program_changes_with_them(world, program, store):
    await member_of(world, program.id, world.organization, world.joe)

    async with store.reading() as unit:
        rows = await unit.rows(
            select(Event.kind, Event.user_id, Event.data).where(col(Event.user_id) == world.joe)
        )
        modified = await unit.value(select(domain_programs.Program.modified_at))
        joined = await unit.value(select(Event.occurred_at).where(col(Event.user_id) == world.joe))
    told = {"program_id": str(program.id), "status": "Active"}
    assert [tuple(row) for row in rows] == [("program_member.joined", world.joe, told)]
    assert modified == joined


async def test_the_role_is_in_the_token_and_ends_at_once(client, coach, world, program, store):
    token = coach.headers["Authorization"].removeprefix("Bearer ")
    claims = jwt.decode(token, options={"verify_signature": False})
    admin = Caller(client, await world.pai_headers(client), world, "admin")
    before = await admin("GET", "/accounts?username=coach")

    async with store.writing() as unit:
        await domain_programs.remove_administrator(unit, program.id, "coach")

    after = await admin("GET", "/accounts?username=coach", If_None_Match=before.headers["etag"], status=200)
    assert claims["roles"] == ["user", "program"]
    assert (before.json()[0]["roles"], after.json()[0]["roles"]) == (["Program"], [])
    pai_error(await coach("GET", "/members"), 403)


async def test_what_is_shown_of_a_member_changes_its_etag(client, coach, world):
    """The name is the user's, the score the last day's; when its file goes, the day before it is the last again."""
    admin = Caller(client, await world.pai_headers(client), world, "admin")
    await score(world.store, world.organization, world.ann, [77.0])
    path, seen = f"/members/{world.ann}", []
    for change in (
        lambda: world_with_file(world),
        lambda: admin("PATCH", f"/users/{world.ann}", {"firstName": "Anna"}, 200),
        lambda: world_without_files(world),
    ):
        one, many = await coach("GET", path), await coach("GET", "/members")
        await change()

        shown = await coach("GET", path, status=200, If_None_Match=one.headers["etag"])
        await coach("GET", "/members", status=200, If_None_Match=many.headers["etag"])
        seen.append((shown.json()["firstName"], shown.json()["date"]))
    assert seen == [("Ann", "2024-06-07"), ("Anna", "2024-06-07"), ("Anna", "2024-05-01")]


async def world_with_file(world):
    run = encode_activity(1717243200, {"heart_rate": [150] * 600}, sport="running")
    whose = {
        "user_id": world.ann,
        "organization_id": world.organization,
        "origin": "import",
        "source": "import",
    }
    async with world.store.writing() as unit:
        await announce(unit, Announcement(**whose, summary_id="run", content=run))
    await world.work()


async def world_without_files(world):
    async with world.store.writing() as unit:
        [file] = await unit.rows(select(FitFile.id))
        await fit_files.remove(unit, file.id)
    await world.work()


@SQLITE
async def test_a_program_goes_with_all_that_is_its_own_and_nothing_else(world, program, store):
    async with store.writing() as unit:
        await domain_programs.remove_program(unit, program.id)
        left = [
            await unit.value(text(f"SELECT count(*) FROM {table}"))
            for table in (
                "program_administrators",
                "program_invitations",
                "program_members",
                "exports",
                "export_parts",
            )
        ]
        people = await unit.value(text("SELECT count(*) FROM users"))

    assert (left, people) == ([0] * 5, 3)
