"""The demo's program: an administrator, some members, and one user who is free to be invited."""

from typing import Any

from domain.identity import mailed_tokens
from domain.organizations import PAI_HEALTH
from domain.programs import members, programs
from domain.programs.tables import InvitationStatus, ProgramInvitation
from domain.secrets import fingerprint
from domain.unit import Unit
from gateway.demo.credentials import PROGRAM_ADMINISTRATOR, PROGRAM_ID, demo_id
from gateway.demo.people import PEOPLE, Person

MEMBERS = (PEOPLE[0], PEOPLE[2], PEOPLE[3])


async def seed_programs(unit: Unit, stamps: dict[str, Any]) -> None:
    """Nobody is mailed: the demo's addresses are nobody's."""
    name = {"name": "Move more (demo)"}
    await programs.add_program(unit, PAI_HEALTH, name, [PROGRAM_ADMINISTRATOR], id=PROGRAM_ID)
    for person in MEMBERS:
        await _join(unit, person, stamps)


async def _join(unit: Unit, person: Person, stamps: dict[str, Any]) -> None:
    invitation_id = demo_id("invitation", person.email)
    invitation = await unit.add(
        ProgramInvitation(
            id=invitation_id,
            organization_id=PAI_HEALTH,
            program_id=PROGRAM_ID,
            user_id=person.id,
            status=InvitationStatus.ACCEPTED,
            token_hash=fingerprint(mailed_tokens.plain(unit.secret, invitation_id)),
            expires_at=unit.now + unit.settings.invitation_life,
            accepted_at=unit.now,
            **stamps,
        )
    )
    await members.join(unit, await programs.locked(unit, PROGRAM_ID), invitation, person.id)
