"""Members of programs, and what a program sees of their days."""

import datetime as dt
from enum import Enum
from uuid import UUID

import strawberry

from domain.programs import members
from gateway.types.many import Many, newest_first
from gateway.types.nodes import Node, field, node
from gateway.types.pai import PaiDay
from gateway.types.relations import one

USER_ID = "The REST id of the user: a program may see no more of them than stands here."


@strawberry.enum(description="Whether somebody takes part in a program.")
class ProgramMemberStatus(Enum):
    ACTIVE = strawberry.enum_value("Active", description="Now.")
    LEFT = strawberry.enum_value("Left", description="No more; the user has left.")
    REMOVED = strawberry.enum_value("Removed", description="No more; the program has removed the user.")


@node(members.SUMMARIES, "A local day's PAI of a program's member, as the program sees it.")
class MemberPaiSummary(PaiDay):
    user_id: UUID = field(USER_ID)


MEMBER_PAI_SUMMARIES = Many(
    MemberPaiSummary,
    order=newest_first("date"),
    filters=("date", "pai_score", "daily_pai", "modified_at"),
    orders=("date", "pai_score", "daily_pai", "modified_at"),
)


@node(
    members.MEMBERS,
    "Somebody who takes part in a program: seen by the program from accepting to leaving, and by the user.",
)
class ProgramMember(Node):
    program = one("programs.Program", "program_id", "What the user takes part in.")
    user = one("users.User", "user_id", "Who it is; null to a program that may see no more of the user.")
    user_id: UUID = field(USER_ID)
    invitation = one(
        "program_invitations.ProgramInvitation", "invitation_id", "The invitation that was accepted."
    )
    first_name: str | None = field("Given name.")
    last_name: str | None = field("Family name.")
    email: str | None = field("Where to write to the person.")
    status: ProgramMemberStatus = field("Active, as long as this is seen.")
    joined_at: dt.datetime = field("When the user accepted.")
    pai_score: float | None = field("The latest PAI score, 0 to below 200; null without any.")
    daily_pai: float | None = field("What the day of that score added to it.")
    date: dt.date | None = field("The local day of that score.")
    pai_summaries = MEMBER_PAI_SUMMARIES.of(
        "user_id", "PAI by local day, also from before joining, newest first.", by="user_id"
    )
    created_at: dt.datetime = field("When it was written down.")
    modified_at: dt.datetime = field("When anything that is shown here last changed.")


PROGRAM_MEMBERS = Many(
    ProgramMember,
    order=newest_first("joined_at"),
    filters=(
        "program", "user", "first_name", "last_name", "email", "joined_at", "pai_score", "date", "modified_at",
    ),
    orders=("joined_at", "first_name", "last_name", "pai_score", "date", "modified_at"),
)  # fmt: skip


@strawberry.type
class ProgramMemberQuery:
    program_members = PROGRAM_MEMBERS.root(
        "Members of the programs you run or administer, and your own memberships, last joined first."
    )
