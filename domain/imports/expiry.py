"""Files that wait for a task which never comes are given up after a while; until then everybody can see them wait."""

from sqlalchemy import case, null, update
from sqlmodel import col

from domain.fit_files import FitFile, FitFileState
from domain.sql import select
from domain.unit import Unit

EXPIRED = "expired"


async def expire(unit: Unit) -> None:
    """What was announced is forgotten, and may be announced anew; what an earlier one gave stays.

    A file that somebody holds is about to be announced anew or released: nobody waits for it.
    """
    life = unit.settings.waiting_file_life
    message = f"No task for this user and source came within {life.days} days; announce the file anew"
    overdue = (
        select(FitFile.id)
        .where(col(FitFile.state) == FitFileState.WAITING, col(FitFile.modified_at) < unit.now - life)
        .with_for_update(key_share=True, skip_locked=True)
        .cte()
    )
    sent_along = col(FitFile.callback_url).is_(None)
    await unit.change(
        update(FitFile)
        .where(col(FitFile.id).in_(select(overdue.c.id)))
        .values(
            state=FitFileState.FAILED,
            problem_code=EXPIRED,
            problem_message=message,
            sha256=case((sent_along, null()), else_=col(FitFile.sha256)),
            callback_url=None,
            modified_at=unit.now,
        )
    )
