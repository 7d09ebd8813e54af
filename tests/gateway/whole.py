"""A world with a row of everything: one set of Joe's, one of Ann's, and one of Eve's in the other organization."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlmodel import col

from domain.ai_move.exercises import Exercise
from domain.exports import storing
from domain.exports.tables import Export, ExportPart, ExportState
from domain.identity.access_tokens import AccessToken, new_token
from domain.identity.accounts import Account
from domain.organizations import Organization
from domain.programs.tables import (
    InvitationStatus,
    Program,
    ProgramAdministrator,
    ProgramInvitation,
    ProgramMember,
)
from domain.routines.catalog_entries import CatalogEntry
from domain.routines.templates import RoutineTemplate
from domain.secrets import fingerprint
from tests.gateway import whole_organization, whole_person
from tests.gateway.whole_names import COACH, DAY, LIBRARY, OURS, STAMPS, STEPS, THEIRS
from tests.world import LONG_AGO, World

SOON = datetime(2999, 1, 1, tzinfo=UTC)


@dataclass
class Whole:
    """`ids`: of each type of nodes, whose they are → their ids; whose: ann, joe, eve, pat, ours, theirs, library."""

    world: World
    ids: dict[str, dict[str, set[UUID]]]

    @property
    def told(self) -> dict[str, set[UUID]]:
        """Ids that a program tells who runs it of users they may not see otherwise: members, and who was invited."""
        return {COACH: {self.world.joe, self.world.ann}}

    def note(self, kind: str, whose: str, entity) -> None:
        self.ids.setdefault(kind, {}).setdefault(whose, set()).add(entity.id)


async def made(world: World) -> Whole:
    whole = Whole(world, {})
    async with world.store.writing() as unit:
        await _coach(unit, world)
        accounts = {row.username: row for row in await unit.entities(Account)}
        organizations = {OURS: world.organization, THEIRS: world.other_organization}
        for whose, organization in organizations.items():
            whole.note(
                "Organization", whose, await unit.entity(Organization, col(Organization.id) == organization)
            )
            await whole_organization.made(unit, whole, whose, organization)
        for name, account in accounts.items():
            account.sqlmodel_update({"email": "a@example.org", "phone_number": "+1", "locale": "en-CA"})
            whole.note("Account", {"admin": OURS, "other-admin": THEIRS}.get(name, name), account)
        library = await _library(unit, whole, organizations)
        for name, whose in (("joe", OURS), ("ann", OURS), ("eve", THEIRS)):
            admin = accounts["admin" if whose == OURS else "other-admin"]
            await whole_person.made(unit, whole, name, whose=whose, admin=admin, library=library)
        await add_program(unit, whole, OURS, accounts[COACH], joined="joe", invited="ann")
        await add_program(unit, whole, THEIRS, accounts["other-admin"], joined="eve")
    return whole


async def _coach(unit, world):
    [joe] = await unit.entities(Account, col(Account.user_id) == world.joe)
    account = Account(
        organization_id=world.organization, username=COACH, password_hash=joe.password_hash, **STAMPS
    )
    await unit.add(account)
    world.tokens[COACH] = new_token()
    token = fingerprint(world.tokens[COACH])
    await unit.add(AccessToken(account_id=account.id, name="test", token_hash=token, created_at=LONG_AGO))


async def add_program(unit, whole, whose, coach, *, joined, invited=None):
    """A program with a member and a completed export of one day; `invited` was invited and has not accepted."""
    user_id = getattr(whole.world, joined)
    of = {"organization_id": coach.organization_id, **STAMPS}
    program = Program(name=f"Walk {whose}", **of)
    await unit.add(program)
    await unit.add(ProgramAdministrator(program_id=program.id, account_id=coach.id, created_at=LONG_AGO))
    here = {"program_id": program.id, "expires_at": SOON, **of}
    invitations = {
        name: ProgramInvitation(
            user_id=getattr(whole.world, name),
            email=f"{name}@example.com",
            token_hash=f"{program.id} {name}",
            **here,
        )
        for name in (joined, invited)
        if name
    }
    invitations[joined].sqlmodel_update({"status": InvitationStatus.ACCEPTED, "accepted_at": LONG_AGO})
    await unit.add_all(list(invitations.values()))
    member = ProgramMember(
        program_id=program.id, user_id=user_id, invitation_id=invitations[joined].id, joined_at=LONG_AGO, **of
    )
    done = {"state": ExportState.COMPLETED, "percent": 100, "completed_at": LONG_AGO, "problem": "None"}
    export = Export(from_date=DAY, to_date=DAY, **done, **here)
    await unit.add_all([member, export])
    told = [user_id, joined, "Li", f"{joined}@example.org", "Active", LONG_AGO]
    await unit.add(
        ExportPart(
            export_id=export.id,
            user_id=user_id,
            number=1,
            row_count=2,
            content=storing.packed([told, [(50.5, 10.5, DAY), (None, None, None)]]),
            created_at=LONG_AGO,
        )
    )
    for kind, owner, entity in (
        ("Program", whose, program), ("ProgramMember", joined, member), ("ProgramExport", whose, export),
        *(("ProgramInvitation", name, invitation) for name, invitation in invitations.items()),
    ):  # fmt: skip
        whole.note(kind, owner, entity)
    whole.ids.setdefault("MemberPaiSummary", {})[joined] = whole.ids["PaiSummary"][joined]


async def _library(unit, whole, organizations):
    """A routine template and an exercise of the library's, which both clients have switched on."""
    found = {}
    for whose, organization in (*organizations.items(), (LIBRARY, None)):
        routine = RoutineTemplate(
            organization_id=organization,
            name=f"Routine {whose}",
            name_zh="例",
            description="Steps",
            goal="balance",
            risk_tiers=["low"],
            estimated_duration_minutes=10,
            equipment=["mat"],
            tags=["a"],
            steps=STEPS,
            status="published",
            published_at=LONG_AGO,
            **STAMPS,
        )
        exercise = Exercise(
            organization_id=organization,
            exercise_id=f"march-{whose}",
            name="March",
            name_zh="例",
            description="Up",
            category="legs",
            difficulty="easy",
            image_url="https://a.example/",
            target_value=10,
            estimated_calories=5.5,
            algorithm={"mode": "a"},
            sort_order=1,
            **STAMPS,
        )
        await unit.add_all([routine, exercise])
        whole.note("RoutineTemplate", whose, routine)
        whole.note("Exercise", whose, exercise)
        found[whose] = routine
    await unit.add_all(
        [
            CatalogEntry(organization_id=one, routine_template_id=found[LIBRARY].id, created_at=LONG_AGO)
            for one in organizations.values()
        ]
    )
    return found
