"""Changing what of a user's profile scores rest on."""

import datetime as dt
from enum import Enum
from typing import Any
from uuid import UUID

import strawberry

from domain import profiles, users
from domain.profiles import OwnProfileFields
from domain.unit import Unit
from gateway.context import Context
from gateway.global_ids import read_global_id
from gateway.mutations import Payload, carried_out, given
from gateway.selection import columns_for
from gateway.types.relations import USER_NEEDS
from gateway.types.users import User

Info = strawberry.Info[Context, None]


@strawberry.enum(description="As the models of the scores know it.")
class Sex(Enum):
    FEMALE = "Female"
    MALE = "Male"


@strawberry.input(description="What changes of a profile; what is not given stays as it is.")
class ProfileInput:
    date_of_birth: strawberry.Maybe[dt.date | None] = strawberry.field(
        description="From 1900 to today; null forgets it.", default=None
    )
    sex: strawberry.Maybe[Sex | None] = strawberry.field(description="Null forgets it.", default=None)
    time_zone: strawberry.Maybe[str] = strawberry.field(
        description="IANA name, such as Europe/Oslo; in another one all days are cut anew.", default=None
    )


@strawberry.type(description="The user as they are now.")
class ProfilePayload(Payload):
    user_id: strawberry.Private[UUID | None] = None

    @strawberry.field(graphql_type=User | None)
    async def user(self, info: Info) -> Any:
        if self.user_id is None:
            return None
        wanted = columns_for(info, USER_NEEDS) | {"id"}
        return await users.get_user(info.context.unit, self.user_id, wanted)


@strawberry.type
class ProfileMutation:
    @strawberry.mutation(
        description="Change a user's date of birth, sex or time zone; the scores that rest on it follow."
    )
    async def change_profile(self, info: Info, user_id: strawberry.ID, input: ProfileInput) -> ProfilePayload:
        async def operation(unit: Unit) -> UUID:
            found = read_global_id("User", user_id)
            changes = OwnProfileFields.part(_plain(given(input)))
            await profiles.change_visible(unit, found, changes)
            return found

        changed, errors = await carried_out(info, operation)
        return ProfilePayload(user_errors=errors, user_id=changed)


def _plain(changes: dict[str, Any]) -> dict[str, Any]:
    """As JSON has it, which is what the fields are checked in."""
    return {name: _said(value) for name, value in changes.items()}


def _said(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    return value.value if isinstance(value, Sex) else value
