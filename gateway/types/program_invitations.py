"""Invitations to programs, as those who sent them see them and those they were sent to."""

from datetime import datetime
from enum import Enum
from uuid import UUID

import strawberry

from domain.programs import accepting
from gateway.types.many import Many, newest_first
from gateway.types.nodes import Node, field, node
from gateway.types.program_members import ProgramMemberStatus
from gateway.types.relations import one


@strawberry.enum(description="What became of an invitation; once it is not pending, nothing else.")
class ProgramInvitationStatus(Enum):
    PENDING = strawberry.enum_value("Pending", description="It waits to be accepted.")
    ACCEPTED = strawberry.enum_value("Accepted", description="It was.")
    WITHDRAWN = strawberry.enum_value(
        "Withdrawn", description="The program took it back, or it was declined."
    )
    EXPIRED = strawberry.enum_value("Expired", description="Its time is up.")


@node(accepting.INVITATIONS, "An invitation to a program, sent to a user or to an e-mail address.")
class ProgramInvitation(Node):
    program = one("programs.Program", "program_id", "What it invites to; for those who run it.")
    program_name: str = field("What it invites to, also for those who are invited.")
    user = one("users.User", "user_id", "Who is invited; null where you may not see the user.")
    user_id: UUID | None = field(
        "The REST id of the user; of one sent to an address it is known when it is accepted."
    )
    email: str | None = field("The address it was sent to; null for one to a user.")
    status: ProgramInvitationStatus = field("What became of it.")
    membership_status: ProgramMemberStatus | None = field(
        "What became of the stay that it led to; told to whom it was sent."
    )
    expires_at: datetime = field("When its time is up.")
    accepted_at: datetime | None = field("When it was accepted.")
    created_at: datetime = field("When it was sent.")
    modified_at: datetime = field("When it last changed.")


PROGRAM_INVITATIONS = Many(
    ProgramInvitation,
    order=newest_first("created_at"),
    filters=(
        "program", "program_name", "user", "email", "status", "expires_at", "accepted_at", "created_at",
        "modified_at",
    ),
    orders=("created_at", "expires_at", "accepted_at", "modified_at"),
)  # fmt: skip


@strawberry.type
class ProgramInvitationQuery:
    program_invitations = PROGRAM_INVITATIONS.root(
        "Invitations of the programs you run or administer, and those sent to you, newest first."
    )
