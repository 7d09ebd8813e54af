"""Programs, their invitations, members and exports, made by the operations themselves."""

from dataclasses import dataclass
from uuid import UUID

from domain.identity import mailed_tokens
from domain.programs import accepting, exports, invitations, programs
from domain.viewer import SCOPES, Viewer, ViewerKind


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
    joined = await member_of(world, made, organization, member)
    sent = await invited(world, made, email=f"{administrator}@example.com")
    return Made(made, joined, sent, await exported(world, made))


async def invited(world, program_id, **whom):
    async with world.store.writing() as unit:
        return await invitations.invite(unit, program_id, {"user_id": None, "email": None} | whom)


async def member_of(world, program_id, organization, user):
    """The id of the invitation that the user accepted."""
    invitation = await invited(world, program_id, user_id=user)
    async with world.store.writing(as_user(organization, user)) as unit:
        return await accepting.accept(unit, {"token": None, "id": invitation})


async def exported(world, program_id):
    """A completed export."""
    async with world.store.writing() as unit:
        export = await exports.request_export(unit, program_id, {"from_date": None, "to_date": None})
        await exports.build(unit, export)
    return export


def as_user(organization, user):
    return Viewer(ViewerKind.USER, SCOPES[ViewerKind.USER], organization, user_id=user)


def token_of(world, invitation_id):
    """What stands in the mail."""
    return mailed_tokens.plain(world.store.secret, invitation_id)
