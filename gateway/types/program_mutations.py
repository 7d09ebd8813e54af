"""Making programs, inviting and leaving, and exporting."""

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

import strawberry

from domain.programs import accepting, exports, invitations, members, programs
from domain.programs.accepting import AcceptanceFields
from domain.programs.exports import ExportFields
from domain.programs.invitations import InvitationFields
from domain.programs.programs import ProgramFields
from domain.unit import Unit
from domain.viewer import Scope
from gateway.global_ids import read_global_id
from gateway.mutations import Payload, given, mutation
from gateway.types.nodes import Id, field
from gateway.types.payloads import Removal, changed

PROGRAM = frozenset({"program_id"})
Username = Annotated[
    str, strawberry.argument(description="Of an account of the program's organization; case does not matter.")
]


@strawberry.input(description="A program to make.")
class CreateProgramInput:
    name: str = field("What it is called; invitations show it.")
    administrators: list[str] = field("Usernames of the accounts that invite, and see who accepted.")


@strawberry.input(description="What changes of a program.")
class ChangeProgramInput:
    name: str = field("What it is called from now on.")


@strawberry.input(description="Whom to invite: a user or an e-mail address, one of the two.")
class InviteToProgramInput:
    user_id: strawberry.ID | None = field("A user of the program's organization.", default=None)
    email: str | None = field("Whose it is shows when the invitation is accepted.", default=None)


@strawberry.input(
    description="Which invitation to accept: by its id or by the token of its mail, one of the two."
)
class AcceptProgramInvitationInput:
    id: strawberry.ID | None = field("One that was sent to you: its global id, or its UUID.", default=None)
    token: str | None = field("As it stands in the mail.", default=None)


@strawberry.input(description="Of which days; all of them, unless said otherwise.")
class RequestProgramExportInput:
    from_date: dt.date | None = field("The first local day.", default=None)
    to_date: dt.date | None = field("The last local day.", default=None)


@strawberry.type(description="The program as it is now.")
class ProgramPayload(Payload):
    program = changed("programs.Program", "The program as it is now.")


@strawberry.type(description="Whether the program is gone.")
class RemoveProgramPayload(Removal):
    pass


@strawberry.type(description="The invitation as it is now.")
class ProgramInvitationPayload(Payload):
    program_invitation = changed("program_invitations.ProgramInvitation", "The invitation as it is now.")


@strawberry.type(description="Whether the user takes part no more.")
class RemoveProgramMemberPayload(Removal):
    pass


@strawberry.type(description="The export as it was begun.")
class ProgramExportPayload(Payload):
    program_export = changed("program_exports.ProgramExport", "The export as it was begun.")


@strawberry.type
class ProgramMutation:
    @mutation(ProgramPayload, Scope.PROGRAMS_MANAGE)
    async def create_program(self, unit: Unit, input: CreateProgramInput) -> UUID:
        """A new program of your organization."""
        values = ProgramFields.whole({"name": input.name})
        return await programs.add_program(unit, None, values, input.administrators)

    @mutation(ProgramPayload, Scope.PROGRAMS_MANAGE)
    async def change_program(self, unit: Unit, id: Id, input: ChangeProgramInput) -> UUID:
        """Give a program another name; its invitations show it too."""
        program_id = _program(id)
        await programs.change_program(unit, program_id, ProgramFields.whole(given(input)))
        return program_id

    @mutation(ProgramPayload, Scope.PROGRAMS_MANAGE)
    async def add_program_administrator(self, unit: Unit, program_id: Id, username: Username) -> UUID:
        """Let an account invite to a program, and see who accepted."""
        program = _program(program_id)
        await programs.add_administrator(unit, program, username)
        return program

    @mutation(ProgramPayload, Scope.PROGRAMS_MANAGE)
    async def remove_program_administrator(self, unit: Unit, program_id: Id, username: Username) -> UUID:
        """Let an account administer a program no longer, from its next request on."""
        program = _program(program_id)
        await programs.remove_administrator(unit, program, username)
        return program

    @mutation(RemoveProgramPayload, Scope.PROGRAMS_MANAGE)
    async def remove_program(self, unit: Unit, id: Id) -> None:
        """Forget a program with its invitations, memberships and exports; its members keep their data."""
        await programs.remove_program(unit, _program(id))


@strawberry.type
class ProgramAdministrationMutation:
    @mutation(ProgramInvitationPayload, Scope.PROGRAMS_WRITE)
    async def invite_to_program(self, unit: Unit, program_id: Id, input: InviteToProgramInput) -> UUID:
        """Invite a user or an address by mail; one person three times a day at most."""
        values = InvitationFields.whole(_sent(input, "user_id", "User"))
        return await invitations.invite(unit, _program(program_id), values)

    @mutation(ProgramInvitationPayload, Scope.PROGRAMS_WRITE)
    async def withdraw_program_invitation(self, unit: Unit, id: Id) -> UUID:
        """Take back an invitation that waits; then another one can be sent."""
        invitation_id = _invitation(id)
        found = await accepting.INVITATIONS.got(unit, invitation_id, PROGRAM)
        await invitations.withdraw(unit, found.program_id, invitation_id)
        return invitation_id

    @mutation(RemoveProgramMemberPayload, Scope.PROGRAMS_WRITE)
    async def remove_program_member(self, unit: Unit, id: Id) -> None:
        """Remove a member of a program, of whom it sees nothing more from now on."""
        member = await members.MEMBERS.got(unit, read_global_id("ProgramMember", id), PROGRAM | {"user_id"})
        await members.remove_member(unit, member.program_id, member.user_id)

    @mutation(ProgramExportPayload, Scope.PROGRAMS_WRITE)
    async def request_program_export(
        self, unit: Unit, program_id: Id, input: RequestProgramExportInput
    ) -> UUID:
        """Have the PAI of a program's members written down, by a worker."""
        values = ExportFields.whole(given(input))
        return await exports.request_export(unit, _program(program_id), values)


@strawberry.type
class ProgramParticipationMutation:
    @mutation(ProgramInvitationPayload, Scope.PROGRAMS_JOIN)
    async def accept_program_invitation(self, unit: Unit, input: AcceptProgramInvitationInput) -> UUID:
        """Take part in a program: from now on it sees your PAI, until you leave."""
        values = AcceptanceFields.whole(_sent(input, "id", "ProgramInvitation"))
        return await accepting.accept(unit, values)

    @mutation(ProgramInvitationPayload, Scope.PROGRAMS_JOIN)
    async def decline_or_leave_program(self, unit: Unit, invitation_id: Id) -> UUID:
        """Decline an invitation that waits, or leave the program that you joined by it."""
        invitation = _invitation(invitation_id)
        await accepting.decline_or_leave(unit, invitation)
        return invitation


def _sent(input: Any, name: str, type_name: str) -> dict[str, Any]:
    """What was given, its global id as the UUID that it stands for."""
    sent = given(input)
    return sent | {name: str(read_global_id(type_name, sent[name]))} if name in sent else sent


def _program(id: Any) -> UUID:
    return read_global_id("Program", id)


def _invitation(id: Any) -> UUID:
    return read_global_id("ProgramInvitation", id)
