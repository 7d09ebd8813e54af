"""Programs: what an organization's users may take part in, such as an insurer's."""

from datetime import datetime
from typing import Any

import strawberry

from domain.listing import Order
from domain.programs import programs
from gateway.context import Context
from gateway.types.many import Many
from gateway.types.nodes import Node, field, node
from gateway.types.program_exports import PROGRAM_EXPORTS
from gateway.types.program_invitations import PROGRAM_INVITATIONS
from gateway.types.program_members import PROGRAM_MEMBERS
from gateway.types.relations import one

Info = strawberry.Info[Context, None]


async def administrators(root: strawberry.Parent[Any], info: Info) -> list[str]:
    batch = programs.administrators_of
    found: list[str] = await info.context.batched(batch, batch, root.id)
    return found


@node(programs.PROGRAMS, "Something that an organization's users may take part in, such as an insurer's.")
class Program(Node):
    organization = one("organizations.Organization", "organization_id", "Whose users it may invite.")
    name: str = field("What it is called; invitations show it.")
    member_count: int = field("How many take part now.")
    administrators: list[str] = field(
        "The usernames of the accounts that invite, and see who accepted.",
        needs={"id"},
        resolver=administrators,
    )
    members = PROGRAM_MEMBERS.of("program_id", "Who takes part now, last joined first.")
    invitations = PROGRAM_INVITATIONS.of("program_id", "What was sent to users and addresses, newest first.")
    exports = PROGRAM_EXPORTS.of("program_id", "Exports of its members' PAI, newest first.")
    created_at: datetime = field("When it was made.")
    modified_at: datetime = field("When it, or who takes part in it, last changed.")


PROGRAMS = Many(
    Program,
    order=(Order("name"),),
    filters=("organization", "name", "created_at", "modified_at"),
    orders=("name", "created_at", "modified_at"),
)


@strawberry.type
class ProgramQuery:
    programs = PROGRAMS.root("To administrators their organization's programs, to others those they run.")
