"""Removing a user: everything that is theirs goes with them, and what only mentioned them is put right."""

from uuid import UUID

from sqlalchemy import delete, update
from sqlmodel import col

from domain import users
from domain.errors import NotFound
from domain.fit_files import FitFile, forget_unused
from domain.groups.groups import touch_groups_of
from domain.identity.accounts import Account, AccountType
from domain.identity.partner_users import PartnerUser
from domain.personal_data.belongings import person_of
from domain.personal_data.removal import forget_jobs, forget_mentions
from domain.programs.programs import touch_programs_of
from domain.raw_files import RawFile
from domain.sql import select
from domain.unit import Unit
from domain.users import User
from domain.viewer import Scope


async def remove_user(unit: Unit, id: UUID) -> None:
    """Their regular accounts go too; an administrator's account only loses its user.

    Their links to partners are locked first, as by whoever announces files of theirs.
    """
    unit.viewer.require(Scope.USERS_WRITE)
    visible = (users.visible_to(unit), col(User.id) == id)
    await users.get_user(unit, id, frozenset({"id"}))
    links = select(PartnerUser.id).where(col(PartnerUser.user_id).in_(select(User.id).where(*visible)))
    await unit.rows(links.order_by(col(PartnerUser.id)).with_for_update())
    person = await person_of(unit, id, leaving=True)
    await forget_jobs(unit, person)
    user = await unit.entity(User, *visible)
    if user is None:
        raise NotFound("No such user")
    await unit.check_condition()
    await touch_groups_of(unit, id)
    await touch_programs_of(unit, id)
    await forget_mentions(unit, person)
    theirs = select(FitFile.sha256).where(col(FitFile.user_id) == id, col(FitFile.sha256).is_not(None))
    contents = [row.sha256 for row in await unit.rows(theirs)]
    keeping = update(Account).where(
        col(Account.user_id) == id, col(Account.account_type) != AccountType.REGULAR
    )
    await unit.change(keeping.values(user_id=None, modified_at=unit.now))
    await unit.change(delete(User).where(col(User.id) == id))
    if contents:
        await forget_unused(unit, col(RawFile.sha256).in_(contents))
