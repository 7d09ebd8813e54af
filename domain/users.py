"""Users: the people whose health data this is."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, update
from sqlmodel import Field, SQLModel, col

from domain.columns import identifier, instant, reference
from domain.errors import Forbidden, Misfit, NotFound
from domain.fields import BirthDate, Country, Email, Fields, Line, TimeZone
from domain.identity.accounts import Account
from domain.listing import Aggregate, Columns
from domain.sentences import said
from domain.sql import select
from domain.unit import Unit
from domain.viewer import Scope
from domain.visibility import of_users


class Sex(StrEnum):
    FEMALE = "Female"
    MALE = "Male"


class Units(StrEnum):
    METRIC = "Metric"
    IMPERIAL = "Imperial"


class User(SQLModel, table=True):
    """`time_zone` is an IANA name: it decides which local day a heart beat belongs to.

    `units`: what the person likes to read; everything is kept in metric ones.
    """

    __tablename__ = "users"

    id: UUID = identifier()
    organization_id: UUID = reference("organizations.id")
    external_id: str | None = Field(default=None, index=True)
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    country: str | None = None
    sex: str | None = None
    date_of_birth: date | None = None
    time_zone: str = "UTC"
    locale: str | None = None
    units: str = Field(default=Units.METRIC, sa_column_kwargs={"server_default": Units.METRIC.value})
    created_at: datetime = instant()
    modified_at: datetime = instant()


class UserFields(Fields):
    external_id: Line | None = None
    first_name: Line | None = None
    last_name: Line | None = None
    email: Email | None = None
    country: Country | None = None
    sex: Sex | None = None
    date_of_birth: BirthDate | None = None
    time_zone: TimeZone = "UTC"


COLUMNS: Columns = {
    **{name: getattr(User, name) for name in User.model_fields},
    "account_id": select(Account.id)
    .where(col(Account.user_id) == User.id)
    .order_by(col(Account.id))
    .limit(1)
    .correlate(User)
    .scalar_subquery(),
}


def visible_to(unit: Unit) -> ColumnElement[bool]:
    return of_users(unit, organization=User.organization_id, user=User.id)


USERS = Aggregate(said("No such user"), Scope.USERS_READ, COLUMNS, visible_to)
list_users, get_user = USERS.page, USERS.got


async def add_user(unit: Unit, values: Mapping[str, Any]) -> UUID:
    """`values` are those of UserFields. There is nothing yet that would have to be calculated."""
    unit.viewer.require(Scope.USERS_WRITE)
    if unit.viewer.organization_id is None:
        raise Forbidden("Only an account of an organization can add users to it")
    check_birth(unit, values)
    stamps: dict[str, Any] = {"created_at": unit.now, "modified_at": unit.now}
    user = await unit.add(User(organization_id=unit.viewer.organization_id, **values, **stamps))
    return user.id


async def touch(unit: Unit, ids: Iterable[UUID | None]) -> None:
    """What is shown of these users has changed elsewhere: their accounts."""
    known = [user_id for user_id in ids if user_id is not None]
    await unit.change(update(User).where(col(User.id).in_(known)).values(modified_at=unit.now))


def check_birth(unit: Unit, values: Mapping[str, Any]) -> None:
    born = values.get("date_of_birth")
    if born is not None and born > unit.now.date():
        raise Misfit("date_of_birth", said("lies in the future"))


async def lock(unit: Unit, id: UUID) -> None:
    """Let one unit at a time change what is computed from a user's data; rows may still be added for the user."""
    await unit.value(select(User.id).where(col(User.id) == id).with_for_update(key_share=True))


async def lock_owner(unit: Unit, owner: Select[Any]) -> None:
    """Lock the user a row belongs to, if there is one, before the row: whoever wants both takes them in this order."""
    if (user_id := await unit.value(owner)) is not None:
        await lock(unit, user_id)


def own_id(unit: Unit) -> UUID:
    """Whose data is the viewer's own."""
    if unit.viewer.user_id is None:
        raise NotFound("This account is no user's: it has no data of its own")
    return unit.viewer.user_id


async def check_named(unit: Unit, id: UUID) -> None:
    """Misfit where somebody names, in what they send, a user whom they do not see."""
    if await unit.value(select(User.id).where(visible_to(unit), col(User.id) == id)) is None:
        raise Misfit("user_id", said("names no user of the organization"))


async def locked(unit: Unit, id: UUID) -> UUID:
    """The organization of a user the viewer may see, whose computed data is this unit's to change now."""
    await lock(unit, id)
    organization_id: UUID | None = await unit.value(
        select(User.organization_id).where(visible_to(unit), col(User.id) == id)
    )
    if organization_id is None:
        raise NotFound("No such user")
    return organization_id
