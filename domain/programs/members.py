"""Members of a program: whoever accepted its invitation, until they leave or are removed. Only their PAI is shown."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, case, delete, false, or_, update
from sqlmodel import col

from domain.errors import NotFound
from domain.events import EventKind, publish
from domain.exports.tables import Export, ExportPart
from domain.listing import Aggregate, Columns, Listing, Page, chosen, page_of
from domain.moves import Moves, check_step
from domain.pai import COLUMNS as SUMMARY_COLUMNS
from domain.pai import PaiSummary
from domain.programs.programs import get_program, locked, visible_ids
from domain.programs.tables import MemberStatus, Program, ProgramInvitation, ProgramMember
from domain.sentences import said
from domain.sql import select
from domain.unit import Unit
from domain.users import User
from domain.viewer import Scope

JUST_ID = frozenset({"id"})
MEMBERSHIP = said("The membership")
MEMBER_MOVES: Moves = {
    MemberStatus.ACTIVE: (MemberStatus.LEFT, MemberStatus.REMOVED),
    MemberStatus.LEFT: (),
    MemberStatus.REMOVED: (),
}


def _of_user(column: Any) -> Any:
    theirs = select(column).where(col(User.id) == ProgramMember.user_id)
    return theirs.correlate(ProgramMember).scalar_subquery()


def _of_last_day(column: Any) -> Any:
    theirs = select(column).where(col(PaiSummary.user_id) == ProgramMember.user_id)
    return theirs.order_by(col(PaiSummary.date).desc()).limit(1).correlate(ProgramMember).scalar_subquery()


def _later(one: Any, other: Any) -> Any:
    return case((other > one, other), else_=one)


COLUMNS: Columns = {
    **{name: getattr(ProgramMember, name) for name in ProgramMember.model_fields if name != "left_at"},
    "first_name": _of_user(User.first_name),
    "last_name": _of_user(User.last_name),
    "email": _of_user(User.email),
    "pai_score": _of_last_day(PaiSummary.pai_score),
    "daily_pai": _of_last_day(PaiSummary.daily_pai),
    "date": _of_last_day(PaiSummary.date),
    "modified_at": _later(
        _later(col(ProgramMember.modified_at), _of_user(User.modified_at)),
        _of_last_day(PaiSummary.modified_at),
    ),
}
"""The score is that of the last day there is one for; what is shown of a member changes with the user and the score."""


def visible_to(unit: Unit) -> ColumnElement[bool]:
    """The current members of programs that the viewer may see: whoever left is gone."""
    return and_(col(ProgramMember.left_at).is_(None), col(ProgramMember.program_id).in_(visible_ids(unit)))


def summaries_visible_to(unit: Unit) -> ColumnElement[bool]:
    """What programs see of their members' days."""
    return col(PaiSummary.user_id).in_(select(ProgramMember.user_id).where(visible_to(unit)))


def shown_to(unit: Unit) -> ColumnElement[bool]:
    """Current members, to their programs and to themselves."""
    scopes, viewer = unit.viewer.scopes, unit.viewer
    theirs = visible_to(unit) if Scope.PROGRAMS_READ in scopes else false()
    own = col(ProgramMember.user_id) == viewer.user_id if viewer.user_id else false()
    return and_(col(ProgramMember.left_at).is_(None), or_(theirs, own))


MEMBERS = Aggregate(
    "No such member of the program", (Scope.PROGRAMS_READ, Scope.PROGRAMS_JOIN), COLUMNS, shown_to
)
SUMMARIES = Aggregate("No such PAI summary", Scope.PROGRAMS_READ, SUMMARY_COLUMNS, summaries_visible_to)


async def list_members(unit: Unit, program_id: UUID, listing: Listing) -> Page:
    await get_program(unit, program_id, JUST_ID)
    return await page_of(unit, COLUMNS, and_(visible_to(unit), _of(program_id)), listing)


async def get_member(
    unit: Unit, program_id: UUID, user_id: UUID, fields: frozenset[str] | None = None
) -> Row[Any]:
    await get_program(unit, program_id, JUST_ID)
    mine = (visible_to(unit), _of(program_id), col(ProgramMember.user_id) == user_id)
    row = await unit.row(select(*chosen(COLUMNS, fields, ())).where(*mine))
    if row is None:
        raise NotFound("No such member of the program")
    return row


async def list_summaries(unit: Unit, program_id: UUID, user_id: UUID, listing: Listing) -> Page:
    """A member's PAI, day by day, those before they joined included."""
    await get_member(unit, program_id, user_id, JUST_ID)
    theirs = and_(summaries_visible_to(unit), col(PaiSummary.user_id) == user_id)
    return await page_of(unit, SUMMARY_COLUMNS, theirs, listing)


async def remove_member(unit: Unit, program_id: UUID, user_id: UUID) -> None:
    unit.viewer.require(Scope.PROGRAMS_WRITE)
    program = await locked(unit, program_id)
    await end(unit, program, user_id, MemberStatus.REMOVED)


async def join(unit: Unit, program: Program, invitation: ProgramInvitation, user_id: UUID) -> None:
    """The caller holds the program's lock and knows that they are no member yet."""
    whose: dict[str, Any] = {
        "organization_id": program.organization_id,
        "program_id": program.id,
        "user_id": user_id,
    }
    stamps: dict[str, Any] = {"joined_at": unit.now, "created_at": unit.now, "modified_at": unit.now}
    member = await unit.add(ProgramMember(**whose, invitation_id=invitation.id, **stamps))
    await _tell(unit, program, member, EventKind.PROGRAM_MEMBER_JOINED)


async def end(unit: Unit, program: Program, user_id: UUID, status: MemberStatus) -> None:
    """From now on the program sees nothing of the user, in exports neither."""
    member = await unit.entity(ProgramMember, *current(program.id, user_id))
    if member is None:
        raise NotFound("No such member of the program")
    await unit.check_condition()
    check_step(MEMBER_MOVES, MEMBERSHIP, member.status, status)
    member.sqlmodel_update({"status": status, "left_at": unit.now, "modified_at": unit.now})
    invited = update(ProgramInvitation).where(col(ProgramInvitation.id) == member.invitation_id)
    await unit.change(invited.values(modified_at=unit.now))
    await _forget_exported(unit, program.id, user_id)
    await _tell(unit, program, member, EventKind.PROGRAM_MEMBER_LEFT)


async def touch(unit: Unit, user_id: UUID) -> None:
    """The last day there was a score for is gone: what is shown now is older than what was."""
    theirs = (col(ProgramMember.user_id) == user_id, col(ProgramMember.left_at).is_(None))
    await unit.change(update(ProgramMember).where(*theirs).values(modified_at=unit.now))


def current(program_id: UUID, user_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return _of(program_id), col(ProgramMember.user_id) == user_id, col(ProgramMember.left_at).is_(None)


def _of(program_id: UUID) -> ColumnElement[bool]:
    return col(ProgramMember.program_id) == program_id


async def _forget_exported(unit: Unit, program_id: UUID, user_id: UUID) -> None:
    exports = select(Export.id).where(col(Export.program_id) == program_id)
    theirs = (col(ExportPart.export_id).in_(exports), col(ExportPart.user_id) == user_id)
    holding = select(ExportPart.export_id).where(*theirs)
    await unit.change(update(Export).where(col(Export.id).in_(holding)).values(modified_at=unit.now))
    await unit.change(delete(ExportPart).where(*theirs))


async def _tell(unit: Unit, program: Program, member: ProgramMember, kind: EventKind) -> None:
    """Those who subscribed, and whoever caches the program: its number of members is another now."""
    program.modified_at = unit.now
    await publish(
        unit,
        kind,
        organization_id=program.organization_id,
        user_id=member.user_id,
        subject_id=member.id,
        data={"program_id": str(program.id), "status": member.status},
    )
