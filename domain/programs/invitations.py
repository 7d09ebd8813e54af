"""Invitations as a program sends them: to a user of its organization, or to an e-mail address."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Row, and_, case, delete, func, literal, or_, update
from sqlmodel import col

from domain.errors import Conflict, Invalid, Misfit, NotFound
from domain.fields import Email, Fields
from domain.identity import mailed_tokens
from domain.identity.accounts import Account
from domain.identity.registration import spoken
from domain.listing import Columns, Listing, Page, chosen, page_of
from domain.listing.text import InLowerCase
from domain.mailing import Mail, MailKind, post
from domain.moves import check_step
from domain.programs.members import JUST_ID, current
from domain.programs.programs import get_program, locked, visible_ids
from domain.programs.tables import (
    INVITATION_MOVES,
    InvitationStatus,
    Program,
    ProgramInvitation,
    ProgramMember,
)
from domain.secrets import fingerprint
from domain.sentences import said
from domain.sql import select
from domain.unit import Unit
from domain.users import User
from domain.viewer import Scope

INVITATION = said("The invitation")
_EMAIL = func.coalesce(Account.email, User.email).label("email")
_LOCALE = func.coalesce(Account.locale, User.locale).label("locale")
MOST_A_DAY = 3
"""How often one person may be invited to one program within a day: nobody's inbox is filled."""


class InvitationFields(Fields):
    """One of the two."""

    one_of = ("user_id", "email")

    user_id: UUID | None = None
    email: Email | None = None


COLUMNS: Columns = {
    name: getattr(ProgramInvitation, name) for name in ProgramInvitation.model_fields if name != "token_hash"
}


def columns_at(now: datetime) -> Columns:
    """A pending invitation is expired from the very instant its time is up, whatever its row says until then."""
    lapsed = and_(
        col(ProgramInvitation.status) == InvitationStatus.PENDING, col(ProgramInvitation.expires_at) <= now
    )
    return {
        **COLUMNS,
        "status": case(
            (lapsed, literal(InvitationStatus.EXPIRED.value)), else_=col(ProgramInvitation.status)
        ),
        "modified_at": case(
            (lapsed, col(ProgramInvitation.expires_at)), else_=col(ProgramInvitation.modified_at)
        ),
    }


def visible_to(unit: Unit) -> ColumnElement[bool]:
    """Those of programs that the viewer may see."""
    return col(ProgramInvitation.program_id).in_(visible_ids(unit))


async def list_invitations(unit: Unit, program_id: UUID, listing: Listing) -> Page:
    await get_program(unit, program_id, JUST_ID)
    return await page_of(unit, columns_at(unit.now), and_(visible_to(unit), _of(program_id)), listing)


async def get_invitation(
    unit: Unit, program_id: UUID, id: UUID, fields: frozenset[str] | None = None
) -> Row[Any]:
    await get_program(unit, program_id, JUST_ID)
    mine = (visible_to(unit), _of(program_id), col(ProgramInvitation.id) == id)
    row = await unit.row(select(*chosen(columns_at(unit.now), fields, ())).where(*mine))
    if row is None:
        raise NotFound("No such invitation")
    return row


async def invite(unit: Unit, program_id: UUID, values: Mapping[str, Any]) -> UUID:
    """`values` are those of InvitationFields. Whether an address is anybody's is told by its mail alone."""
    unit.viewer.require(Scope.PROGRAMS_WRITE)
    program = await locked(unit, program_id)
    whom = await _whom(unit, program, values)
    await _expire(unit, program_id)
    await _check_new(unit, program_id, whom)
    invitation_id = uuid4()
    invitation = await unit.add(
        ProgramInvitation(
            id=invitation_id,
            organization_id=program.organization_id,
            program_id=program_id,
            token_hash=fingerprint(mailed_tokens.plain(unit.secret, invitation_id)),
            expires_at=unit.now + unit.settings.invitation_life,
            created_at=unit.now,
            modified_at=unit.now,
            **whom,
        )
    )
    await _mail(unit, invitation)
    return invitation_id


async def withdraw(unit: Unit, program_id: UUID, id: UUID) -> None:
    """It can no longer be accepted."""
    unit.viewer.require(Scope.PROGRAMS_WRITE)
    await locked(unit, program_id)
    invitation = await unit.entity(ProgramInvitation, _of(program_id), col(ProgramInvitation.id) == id)
    if invitation is None:
        raise NotFound("No such invitation")
    await unit.check_condition()
    await take_back(unit, invitation)


async def take_back(unit: Unit, invitation: ProgramInvitation) -> None:
    """By whoever sent it or whoever it was sent to; a mail that was not sent yet never is."""
    move(unit, invitation, InvitationStatus.WITHDRAWN)
    await unit.flush()
    await unit.change(delete(Mail).where(col(Mail.invitation_id) == invitation.id))


def move(unit: Unit, invitation: ProgramInvitation, wanted: InvitationStatus) -> None:
    """Conflict says what it is, and that this is final."""
    lapsed = invitation.status == InvitationStatus.PENDING and invitation.expires_at <= unit.now
    now = InvitationStatus.EXPIRED if lapsed else invitation.status
    check_step(INVITATION_MOVES, INVITATION, now, wanted)
    invitation.sqlmodel_update({"status": wanted, "modified_at": unit.now})


async def _whom(unit: Unit, program: Program, values: Mapping[str, Any]) -> dict[str, Any]:
    user_id, email = values["user_id"], values["email"]
    if (user_id is None) is (email is None):
        raise Invalid("Say whom to invite: either a userId or an email")
    if email is not None:
        return {"email": email.lower()}
    known = select(User.id).where(
        col(User.id) == user_id, col(User.organization_id) == program.organization_id
    )
    if await unit.value(known) is None:
        raise Misfit("user_id", said("names no user of the organization"))
    if await unit.entity(ProgramMember, *current(program.id, user_id)):
        raise Conflict("The user is a member of the program already")
    return {"user_id": user_id}


async def _expire(unit: Unit, program_id: UUID) -> None:
    """Whose time is up stands in nobody's way any more."""
    lapsed = update(ProgramInvitation).where(
        _of(program_id),
        col(ProgramInvitation.status) == InvitationStatus.PENDING,
        col(ProgramInvitation.expires_at) <= unit.now,
    )
    await unit.change(
        lapsed.values(status=InvitationStatus.EXPIRED, modified_at=ProgramInvitation.expires_at)
    )


async def _check_new(unit: Unit, program_id: UUID, whom: Mapping[str, Any]) -> None:
    same = [getattr(ProgramInvitation, name) == value for name, value in whom.items()]
    counted = select(
        func.count().label("today"),
        func.count().filter(col(ProgramInvitation.status) == InvitationStatus.PENDING).label("pending"),
    )
    young = col(ProgramInvitation.created_at) > unit.now - timedelta(days=1)
    pending = col(ProgramInvitation.status) == InvitationStatus.PENDING
    row = await unit.row(
        counted.select_from(ProgramInvitation).where(_of(program_id), *same, or_(young, pending))
    )
    if row and row.pending:
        raise Conflict(
            "There is an invitation already that waits to be accepted; withdraw it to send another"
        )
    if row and row.today >= MOST_A_DAY:
        raise Conflict(said("One person may be invited {most} times a day at most", most=MOST_A_DAY))


async def _mail(unit: Unit, invitation: ProgramInvitation) -> None:
    """In the language of whose address it is; a user without an address finds the invitation in the User API."""
    user_id, email = invitation.user_id, invitation.email
    theirs = InLowerCase(col(Account.email)) == email if user_id is None else col(User.id) == user_id
    found = await unit.row(
        select(_EMAIL, _LOCALE)
        .select_from(User)
        .join(Account, col(Account.user_id) == col(User.id), isouter=True)
        .where(col(User.organization_id) == invitation.organization_id, theirs)
        .order_by(col(Account.id))
        .limit(1)
    )
    recipient = email or (found and found.email)
    if recipient is None:
        return
    language = spoken(found.locale if found else None)
    told = (MailKind.PROGRAM_INVITATION, recipient, language)
    await post(unit, *told, invitation_id=invitation.id, organization_id=invitation.organization_id)


def _of(program_id: UUID) -> ColumnElement[bool]:
    return col(ProgramInvitation.program_id) == program_id
