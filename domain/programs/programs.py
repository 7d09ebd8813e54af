"""Programs and who administers them: operators make them, their administrators and their organization's see them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, delete, func, true, update
from sqlmodel import col

from domain import organizations
from domain.errors import Conflict, Invalid, NotFound
from domain.fields import Fields, Line
from domain.identity.accounts import Account
from domain.listing import Aggregate, Columns
from domain.programs.tables import Program, ProgramAdministrator, ProgramInvitation, ProgramMember
from domain.sentences import said
from domain.sql import select
from domain.unit import Unit
from domain.viewer import Scope, ViewerKind


class ProgramFields(Fields):
    name: Line


_members: Any = (
    select(func.count())
    .where(col(ProgramMember.program_id) == Program.id, col(ProgramMember.left_at).is_(None))
    .correlate(Program)
    .scalar_subquery()
)
COLUMNS: Columns = {
    **{name: getattr(Program, name) for name in Program.model_fields},
    "member_count": _members,
}


def visible_to(unit: Unit) -> ColumnElement[bool]:
    """An organization's administrators see its programs, any other account those that it administers."""
    viewer = unit.viewer
    match viewer.kind:
        case ViewerKind.SYSTEM:
            return true()
        case ViewerKind.ADMINISTRATOR:
            return col(Program.organization_id) == viewer.organization_id
        case _:
            return col(Program.id).in_(_administered_by(viewer.account_id))


def visible_ids(unit: Unit) -> Any:
    return select(Program.id).where(visible_to(unit))


PROGRAMS = Aggregate("No such program", Scope.PROGRAMS_READ, COLUMNS, visible_to)
list_programs, get_program = PROGRAMS.page, PROGRAMS.got


async def administers(unit: Unit, id: UUID) -> bool:
    """Whether the viewer's account is one of the program's administrators, whatever else it is."""
    mine = _administered_by(unit.viewer.account_id).where(col(ProgramAdministrator.program_id) == id)
    return await unit.row(mine) is not None


async def administrators_of(unit: Unit, ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """The usernames of the administrators of each of these visible programs."""
    unit.viewer.require(Scope.PROGRAMS_READ)
    rows = await unit.rows(
        select(ProgramAdministrator.program_id, Account.username)
        .join(Account, col(Account.id) == col(ProgramAdministrator.account_id))
        .where(col(ProgramAdministrator.program_id).in_(visible_ids(unit).where(col(Program.id).in_(ids))))
        .order_by(col(Account.username))
    )
    return {one: [row.username for row in rows if row.program_id == one] for one in ids}


async def add_program(
    unit: Unit,
    organization_id: UUID | None,
    values: Mapping[str, Any],
    usernames: Sequence[str],
    *,
    id: UUID | None = None,
) -> UUID:
    """`values` are those of ProgramFields; `usernames`: accounts of the organization that administer it.

    `organization_id` and `id` are the system's to choose.
    """
    unit.viewer.require(Scope.PROGRAMS_MANAGE)
    owner = unit.viewer.organization_id or await organizations.require(unit, organization_id)
    stamps: dict[str, Any] = {"created_at": unit.now, "modified_at": unit.now}
    program = await unit.add(Program(id=id or uuid4(), organization_id=owner, **values, **stamps))
    for username in usernames:
        await add_administrator(unit, program.id, username)
    return program.id


async def change_program(unit: Unit, id: UUID, values: Mapping[str, Any]) -> None:
    """`values` are those of ProgramFields. Invitations show the program's name, so that they change with it."""
    unit.viewer.require(Scope.PROGRAMS_MANAGE)
    program = await locked(unit, id)
    program.sqlmodel_update({**values, "modified_at": unit.now})
    await unit.flush()
    invited = update(ProgramInvitation).where(col(ProgramInvitation.program_id) == id)
    await unit.change(invited.values(modified_at=unit.now))


async def remove_program(unit: Unit, id: UUID) -> None:
    """With its invitations, memberships and exports; nobody's own data is touched."""
    unit.viewer.require(Scope.PROGRAMS_MANAGE)
    program = await locked(unit, id)
    await unit.change(delete(Program).where(col(Program.id) == program.id))


async def add_administrator(unit: Unit, id: UUID, username: str) -> None:
    unit.viewer.require(Scope.PROGRAMS_MANAGE)
    account = await _account(unit, await locked(unit, id), username)
    same = (col(ProgramAdministrator.program_id) == id, col(ProgramAdministrator.account_id) == account.id)
    if await unit.entity(ProgramAdministrator, *same):
        raise Conflict(said("{username} administers the program already", username=username))
    await unit.add(ProgramAdministrator(program_id=id, account_id=account.id, created_at=unit.now))
    account.modified_at = unit.now  # its roles are shown
    await unit.flush()


async def remove_administrator(unit: Unit, id: UUID, username: str) -> None:
    """From the next request on; the last one may go too, and then nobody but operators can add another."""
    unit.viewer.require(Scope.PROGRAMS_MANAGE)
    account = await _account(unit, await locked(unit, id), username)
    theirs = delete(ProgramAdministrator).where(
        col(ProgramAdministrator.program_id) == id, col(ProgramAdministrator.account_id) == account.id
    )
    if not await unit.change(theirs):
        raise NotFound(said("{username} does not administer the program", username=username))
    account.modified_at = unit.now
    await unit.flush()


async def locked(unit: Unit, id: UUID) -> Program:
    """A visible program, to change it or whom it invites: one unit at a time."""
    program = await unit.entity(Program, visible_to(unit), col(Program.id) == id)
    if program is None:
        raise NotFound(PROGRAMS.missing)
    return program


async def touch_programs_of(unit: Unit, user_id: UUID) -> None:
    """Their number of members is about to change; locked in one order, so that nobody waits in a circle."""
    theirs = select(ProgramMember.program_id).where(col(ProgramMember.user_id) == user_id)
    known = select(Program.id).where(col(Program.id).in_(theirs)).order_by(col(Program.id))
    ids = [row.id for row in await unit.rows(known.with_for_update(key_share=True))]
    await unit.change(update(Program).where(col(Program.id).in_(ids)).values(modified_at=unit.now))


async def _account(unit: Unit, program: Program, username: str) -> Account:
    named = (
        col(Account.organization_id) == program.organization_id,
        col(Account.username) == username.lower(),
    )
    account = await unit.entity(Account, *named)
    if account is None:
        raise Invalid(said("The program's organization has no account {username}", username=username))
    return account


def _administered_by(account_id: UUID | None) -> Any:
    mine = col(ProgramAdministrator.account_id) == account_id
    return select(ProgramAdministrator.program_id).where(mine)
