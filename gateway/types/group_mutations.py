"""Making and changing groups, and who is in them."""

from typing import Annotated
from uuid import UUID

import strawberry

from domain.groups import groups, members
from domain.groups.groups import GroupFields
from domain.groups.members import MemberFields
from domain.unit import Unit
from domain.viewer import Scope
from gateway.global_ids import read_global_id
from gateway.mutations import Payload, given, mutation
from gateway.types.groups import MemberRole
from gateway.types.nodes import Id, field
from gateway.types.payloads import Removal, changed

Role = Annotated[MemberRole, strawberry.argument(description="What the user is there; a member unless said.")]


@strawberry.input(description="A group. To change one, give only what changes.")
class GroupInput:
    name: strawberry.Maybe[str | None] = field("What it is called; needed to create one.", default=None)
    description: strawberry.Maybe[str | None] = field("What it is for; null forgets it.", default=None)


@strawberry.type(description="The group as it is now.")
class GroupPayload(Payload):
    group = changed("groups.Group", "The group as it is now.")


@strawberry.type(description="Whether the group is gone.")
class RemoveGroupPayload(Removal):
    pass


@strawberry.type
class GroupMutation:
    @mutation(GroupPayload, Scope.GROUPS_WRITE)
    async def create_group(self, unit: Unit, input: GroupInput) -> UUID:
        """A new group of your organization."""
        return await groups.add_group(unit, GroupFields.whole(given(input)))

    @mutation(GroupPayload, Scope.GROUPS_WRITE)
    async def change_group(self, unit: Unit, id: Id, input: GroupInput) -> UUID:
        """Change what is given of a group."""
        group_id = read_global_id("Group", id)
        await groups.change_group(unit, group_id, GroupFields.part(given(input)))
        return group_id

    @mutation(RemoveGroupPayload, Scope.GROUPS_WRITE)
    async def remove_group(self, unit: Unit, id: Id) -> None:
        """Remove a group with its memberships and events; its users stay."""
        await groups.remove_group(unit, read_global_id("Group", id))

    @mutation(GroupPayload, Scope.GROUPS_WRITE)
    async def add_group_member(
        self, unit: Unit, group_id: Id, user_id: Id, role: Role = MemberRole.MEMBER
    ) -> UUID:
        """Take a user into a group; whoever was in it before joins it anew."""
        group, sent = read_global_id("Group", group_id), {"user_id": str(read_global_id("User", user_id))}
        await members.add_member(unit, group, MemberFields.whole(sent | {"role": role.value}))
        return group

    @mutation(GroupPayload, Scope.GROUPS_WRITE)
    async def remove_group_member(self, unit: Unit, group_id: Id, user_id: Id) -> UUID:
        """Take a user out of a group."""
        group = read_global_id("Group", group_id)
        await members.remove_member(unit, group, read_global_id("User", user_id))
        return group
