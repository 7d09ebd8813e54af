"""Invitations as whoever they were sent to sees them: accept one, decline one, or leave the program it led to."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from pydantic import StringConstraints
from sqlalchemy import ColumnElement, Row, and_, false, or_, true
from sqlmodel import col

from domain.errors import Conflict, Forbidden, Invalid, NotFound
from domain.fields import Fields
from domain.identity.accounts import Account
from domain.listing import Aggregate, Columns, Listing, Page, chosen, page_of
from domain.listing.text import InLowerCase
from domain.programs import invitations, members
from domain.programs.tables import (
    InvitationStatus,
    MemberStatus,
    Program,
    ProgramInvitation,
    ProgramMember,
)
from domain.secrets import fingerprint
from domain.sql import select
from domain.unit import Unit
from domain.users import User
from domain.viewer import Scope

Token = Annotated[str, StringConstraints(min_length=1, max_length=100)]


class AcceptanceFields(Fields):
    """One of the two: the token of a mail, or an invitation from one's list."""

    one_of = ("token", "id")

    token: Token | None = None
    id: UUID | None = None


_program_name: Any = (
    select(Program.name)
    .where(col(Program.id) == ProgramInvitation.program_id)
    .correlate(ProgramInvitation)
    .scalar_subquery()
)
_stay = select(ProgramMember.status).where(col(ProgramMember.invitation_id) == ProgramInvitation.id)
_status_of_stay: Any = _stay.correlate(ProgramInvitation).scalar_subquery()
COLUMNS: Columns = {
    **invitations.COLUMNS,
    "program_name": _program_name,
    "membership_status": _status_of_stay,
}


def columns_of(unit: Unit) -> Columns:
    """What became of the stay is told to whose it is: a program sees nothing of who has left."""
    status: Any = _stay.where(sent_to(unit)).limit(1).correlate(ProgramInvitation).scalar_subquery()
    return {**COLUMNS, **invitations.columns_at(unit.now), "membership_status": status}


def sent_to(unit: Unit, *, proven: bool = False) -> ColumnElement[bool]:
    """By the user's id, or to an address of theirs: one that was confirmed, or that a mailed token proves now."""
    viewer = unit.viewer
    if viewer.user_id is None:
        return false()
    confirmed = true() if proven else col(Account.email_confirmed)
    own = select(InLowerCase(col(Account.email))).where(col(Account.id) == viewer.account_id, confirmed)
    addresses = [col(ProgramInvitation.email).in_(own)]
    if proven:
        users = select(InLowerCase(col(User.email))).where(col(User.id) == viewer.user_id)
        addresses.append(col(ProgramInvitation.email).in_(users))
    nobodys = and_(col(ProgramInvitation.user_id).is_(None), or_(*addresses))
    theirs = or_(col(ProgramInvitation.user_id) == viewer.user_id, nobodys)
    return and_(col(ProgramInvitation.organization_id) == viewer.organization_id, theirs)


def shown_to(unit: Unit) -> ColumnElement[bool]:
    """To the programs that sent them, and to whom they were sent."""
    scopes = unit.viewer.scopes
    sent = invitations.visible_to(unit) if Scope.PROGRAMS_READ in scopes else false()
    return or_(sent, sent_to(unit) if Scope.PROGRAMS_JOIN in scopes else false())


INVITATIONS = Aggregate(
    "No such invitation", (Scope.PROGRAMS_READ, Scope.PROGRAMS_JOIN), columns_of, shown_to
)


async def list_own_invitations(unit: Unit, listing: Listing) -> Page:
    unit.viewer.require(Scope.PROGRAMS_JOIN)
    return await page_of(unit, columns_of(unit), sent_to(unit), listing)


async def get_own_invitation(unit: Unit, id: UUID, fields: frozenset[str] | None = None) -> Row[Any]:
    unit.viewer.require(Scope.PROGRAMS_JOIN)
    mine = (sent_to(unit), col(ProgramInvitation.id) == id)
    row = await unit.row(select(*chosen(columns_of(unit), fields, ())).where(*mine))
    if row is None:
        raise NotFound("No such invitation")
    return row


async def accept(unit: Unit, values: Mapping[str, Any]) -> UUID:
    """`values` are those of AcceptanceFields. From now on the program sees the user's PAI."""
    unit.viewer.require(Scope.PROGRAMS_JOIN)
    token = values["token"]
    if (token is None) is (values["id"] is None):
        raise Invalid("Say which invitation to accept: either by the token of its mail or by its id")
    if unit.viewer.user_id is None:
        raise Forbidden("This account is no user's: it cannot join a program")
    by_id = col(ProgramInvitation.id) == values["id"]
    named = by_id if token is None else col(ProgramInvitation.token_hash) == fingerprint(token)
    program, invitation = await _locked(unit, named, sent_to(unit, proven=token is not None))
    invitations.move(unit, invitation, InvitationStatus.ACCEPTED)
    if await unit.entity(ProgramMember, *members.current(program.id, unit.viewer.user_id)):
        raise Conflict("You are a member of the program already")
    invitation.sqlmodel_update({"user_id": unit.viewer.user_id, "accepted_at": unit.now})
    await unit.flush()
    await members.join(unit, program, invitation, unit.viewer.user_id)
    return invitation.id


async def decline_or_leave(unit: Unit, id: UUID) -> None:
    """One that waits can no longer be accepted; from one that was accepted, the user leaves the program."""
    unit.viewer.require(Scope.PROGRAMS_JOIN)
    program, invitation = await _locked(unit, col(ProgramInvitation.id) == id, sent_to(unit))
    await unit.check_condition()
    if invitation.status == InvitationStatus.ACCEPTED:
        await members.end(unit, program, await _joined(unit, invitation), MemberStatus.LEFT)
    else:
        await invitations.take_back(unit, invitation)


async def _locked(unit: Unit, *which: ColumnElement[bool]) -> tuple[Program, ProgramInvitation]:
    """The program first, as everybody takes them, so that nobody waits in a circle."""
    found = await unit.row(select(ProgramInvitation.id, ProgramInvitation.program_id).where(*which))
    program = await unit.entity(Program, col(Program.id) == found.program_id) if found else None
    mine = col(ProgramInvitation.id) == found.id if found else false()
    invitation = await unit.entity(ProgramInvitation, mine)
    if program is None or invitation is None:
        raise NotFound("No such invitation")
    return program, invitation


async def _joined(unit: Unit, invitation: ProgramInvitation) -> UUID:
    """Whom the invitation made a member; nobody any more once that stay has ended."""
    stay = select(ProgramMember.user_id).where(
        col(ProgramMember.invitation_id) == invitation.id, col(ProgramMember.left_at).is_(None)
    )
    user_id: UUID | None = await unit.value(stay)
    if user_id is None:
        raise NotFound("You are no member of this program any more")
    return user_id
