"""What scoring needs to know of a user, read once."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import col

from domain.biometrics import history_of
from domain.bodies import History
from domain.local_days import today_in
from domain.sql import select
from domain.unit import Unit
from domain.users import User


@dataclass(frozen=True)
class Person:
    """`today`: the user's local day."""

    id: UUID
    organization_id: UUID
    time_zone: str
    history: History
    today: date

    @property
    def owner(self) -> dict[str, UUID]:
        """The columns that say whose a row is."""
        return {"organization_id": self.organization_id, "user_id": self.id}


async def person_of(unit: Unit, user_id: UUID) -> Person | None:
    row = await unit.row(select(User.organization_id, User.time_zone).where(col(User.id) == user_id))
    if row is None:
        return None
    today = today_in(unit, row.time_zone)
    return Person(user_id, row.organization_id, row.time_zone, await history_of(unit, user_id), today)
