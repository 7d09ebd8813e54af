"""Programs, their invitations, members and exports, made by the operations themselves."""

from dataclasses import dataclass
from uuid import UUID

from domain.identity import mailed_tokens
from domain.programs import accepting, exports, invitations, programs
from domain.viewer import SCOPES, SYSTEM, Viewer, ViewerKind


@dataclass(frozen=True)
class Made:
    """A program with a member, an invitation that was sent to nobody's address, and an export."""

    id: UUID
    joined: UUID
    sent: UUID
    export: UUID


async def program_of(world, organization, administrator, member):
    async with world.store.writing() as unit:
        name = {"name": f"What {administrator} offers"}
        made = await programs.add_program(unit, organization, name, [administrator])
        joined = await _joined(unit, made, organization, member)
        sent = await _invited(unit, made, email=f"{administrator}@example.com")
        export = await exports.request_export(unit, made, {"from_date": None, "to_date": None})
        await exports.build(unit, export)
    return Made(made, joined, sent, export)


async def invited(world, program_id, **whom):
    async with world.store.writing() as unit:
        return await _invited(unit, program_id, **whom)


async def member_of(world, program_id, organization, user):
    """The id of the invitation that the user accepted."""
    async with world.store.writing() as unit:
        return await _joined(unit, program_id, organization, user)


async def _invited(unit, program_id, **whom):
    return await invitations.invite(unit, program_id, {"user_id": None, "email": None} | whom)


async def _joined(unit, program_id, organization, user):
    invitation = await _invited(unit, program_id, user_id=user)
    unit.viewer = as_user(organization, user)
    await accepting.accept(unit, {"token": None, "id": invitation})
    unit.viewer = SYSTEM
    return invitation


def as_user(organization, user):
    return Viewer(ViewerKind.USER, SCOPES[ViewerKind.USER], organization, user_id=user)


def token_of(world, invitation_id):
    """What stands in the mail."""
    return mailed_tokens.plain(world.store.secret, invitation_id)
