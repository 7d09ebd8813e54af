"""What has to be looked for when a person goes: rows that only mention them, which no foreign key takes along."""

from sqlalchemy import String, cast, delete, update
from sqlmodel import col

from domain.exports.tables import Export, ExportPart
from domain.jobs import JobRecord, JobState
from domain.mailing import Mail, directory
from domain.personal_data.belongings import MENTIONS, Person, digits
from domain.plans import TrainingPlan
from domain.programs.tables import ProgramInvitation
from domain.routines.templates import RoutineTemplate
from domain.sql import select
from domain.unit import Unit
from domain.users import User
from domain.webhooks.tables import Delivery

ENDED = (JobState.DONE, JobState.FAILED)


async def forget_jobs(unit: Unit, person: Person) -> None:
    """To be done before the user is locked: a job that is about to end holds its own row, and may want the user's."""
    await unit.change(delete(JobRecord).where(MENTIONS["jobs"](person)))


async def forget_mentions(unit: Unit, person: Person) -> None:
    for kind in (Delivery, Mail, ProgramInvitation):
        await unit.change(delete(kind).where(MENTIONS[str(kind.__tablename__)](person)))
    await directory.forget(unit, [person.user_id, *person.account_ids], person.addresses)
    await _clear_authors(unit, person)
    parts = select(ExportPart.export_id).where(col(ExportPart.user_id) == person.user_id)
    await unit.change(update(Export).where(col(Export.id).in_(parts)).values(modified_at=unit.now))


async def forget_orphaned_jobs(unit: Unit) -> None:
    """A job that was put down while its user was removed has ended by now, having found nobody."""
    about = col(JobRecord.arguments)["user_id"].as_string()
    known = select(digits(cast(User.id, String)))
    orphaned = (about.is_not(None), digits(about).not_in(known), col(JobRecord.state).in_(ENDED))
    await unit.change(delete(JobRecord).where(*orphaned))


async def _clear_authors(unit: Unit, person: Person) -> None:
    """What a person did for others stays, and does not say any more who did it."""
    plans = update(TrainingPlan).where(col(TrainingPlan.assigned_by).in_(person.account_ids))
    await unit.change(plans.values(assigned_by=None))
    written = update(RoutineTemplate).where(
        col(RoutineTemplate.created_by).in_([str(one) for one in person.account_ids])
    )
    await unit.change(written.values(created_by=None))
