"""Files that wait for a task which never comes are given up after a while; until then everybody can see them wait."""

from sqlalchemy import case, null, update
from sqlmodel import col

from domain.fit_files import FitFile, FitFileState
from domain.unit import Unit

EXPIRED = "expired"


async def expire(unit: Unit) -> None:
    """What was announced is forgotten, and may be announced anew; what an earlier one gave stays."""
    life = unit.settings.waiting_file_life
    message = f"No task for this user and source came within {life.days} days; announce the file anew"
    overdue = update(FitFile).where(
        col(FitFile.state) == FitFileState.WAITING, col(FitFile.modified_at) < unit.now - life
    )
    sent_along = col(FitFile.callback_url).is_(None)
    await unit.change(
        overdue.values(
            state=FitFileState.FAILED,
            problem_code=EXPIRED,
            problem_message=message,
            sha256=case((sent_along, null()), else_=col(FitFile.sha256)),
            callback_url=None,
            modified_at=unit.now,
        )
    )
