"""Adding, changing and removing users, and the profile as people say it of themselves."""

import datetime as dt
from uuid import UUID

import strawberry

from domain import profiles, user_removal, users
from domain.profiles import OwnProfileFields, ProfileFields
from domain.unit import Unit
from domain.users import UserFields
from domain.viewer import Scope
from gateway.global_ids import read_global_id
from gateway.mutations import Payload, given, mutation
from gateway.types.nodes import Id, field
from gateway.types.payloads import Removal, changed
from gateway.types.users import Sex, Units


@strawberry.input(description="A user. To change one, give only what changes; null takes a value away.")
class UserInput:
    external_id: strawberry.Maybe[str | None] = field(
        "What the organization's own systems call the user.", default=None
    )
    first_name: strawberry.Maybe[str | None] = field("Given name.", default=None)
    last_name: strawberry.Maybe[str | None] = field("Family name.", default=None)
    email: strawberry.Maybe[str | None] = field("Where to write to the person.", default=None)
    country: strawberry.Maybe[str | None] = field("ISO 3166-1 alpha-2, such as NO.", default=None)
    sex: strawberry.Maybe[Sex | None] = field("As the models of the scores know it.", default=None)
    date_of_birth: strawberry.Maybe[dt.date | None] = field("From 1900 to today.", default=None)
    time_zone: strawberry.Maybe[str | None] = field(
        "IANA name, such as Europe/Oslo; UTC unless said. In another one all days are cut anew.", default=None
    )


@strawberry.input(description="What changes of a profile; what is not given stays as it is.")
class ProfileInput(UserInput):
    height_cm: strawberry.Maybe[float | None] = field(
        "Measured today, in centimetres, 50 to 280.", default=None
    )
    weight_kg: strawberry.Maybe[float | None] = field(
        "Measured today, in kilograms, 20 to 500.", default=None
    )
    units: strawberry.Maybe[Units | None] = field("What the person likes to read.", default=None)
    locale: strawberry.Maybe[str | None] = field("Language tag, such as en-CA.", default=None)


@strawberry.type(description="The user as they are now.")
class UserPayload(Payload):
    user = changed("users.User", "The user as they are now.")


@strawberry.type(description="The user as they are now.")
class ProfilePayload(UserPayload):
    pass


@strawberry.type(description="Whether the user is gone.")
class RemoveUserPayload(Removal):
    pass


@strawberry.type
class UserMutation:
    @mutation(UserPayload, Scope.USERS_WRITE)
    async def create_user(self, unit: Unit, input: UserInput) -> UUID:
        """A new user of your organization."""
        return await users.add_user(unit, UserFields.whole(given(input)))

    @mutation(UserPayload, Scope.USERS_WRITE)
    async def change_user(self, unit: Unit, id: Id, input: UserInput) -> UUID:
        """Change what is given of a user; the scores that rest on it follow."""
        user_id = read_global_id("User", id)
        await profiles.change_user(unit, user_id, UserFields.part(given(input)))
        return user_id

    @mutation(RemoveUserPayload, Scope.USERS_WRITE)
    async def remove_user(self, unit: Unit, id: Id) -> None:
        """Remove a user and everything that is theirs, for good."""
        await user_removal.remove_user(unit, read_global_id("User", id))

    @mutation(ProfilePayload, Scope.USERS_WRITE, Scope.PROFILE_WRITE)
    async def change_profile(self, unit: Unit, user_id: Id, input: ProfileInput) -> UUID:
        """Change your own profile, or as an administrator anybody's; the scores that rest on it follow."""
        found = read_global_id("User", user_id)
        fields = OwnProfileFields if unit.viewer.user_id else ProfileFields
        await profiles.change_visible(unit, found, fields.part(given(input)))
        return found
