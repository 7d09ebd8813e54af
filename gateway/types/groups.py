"""Groups of users, who is in them, and what happened to that."""

from datetime import datetime
from enum import Enum

import strawberry

from domain.groups import groups, members
from domain.listing import Compare, Operator, Order
from gateway.types.many import Many, newest_first
from gateway.types.nodes import Node, field, node
from gateway.types.relations import one


@strawberry.enum(description="What somebody is in a group.")
class MemberRole(Enum):
    MEMBER = strawberry.enum_value("Member", description="One of the group.")
    LEADER = strawberry.enum_value("Leader", description="Who leads it; this opens no data of the others.")


@strawberry.enum(description="Whether somebody is still in a group.")
class MembershipStatus(Enum):
    CURRENT = strawberry.enum_value("Current", description="In the group now.")
    REMOVED = strawberry.enum_value("Removed", description="No more; see leftAt.")


@strawberry.enum(description="What happened to a group.")
class GroupEventType(Enum):
    JOINED = strawberry.enum_value("Joined", description="A user came in.")
    REMOVED = strawberry.enum_value("Removed", description="A user was taken out.")


@node(members.MEMBERSHIPS, "One stay of a user in a group. Members of a group do not see each other's.")
class GroupMembership(Node):
    group = one("groups.Group", "group_id", "The group; null once you may not see it any more.")
    group_name: str = field("The group's name, also for those who have left it.")
    user = one("users.User", "user_id", "Who is in the group.")
    role: MemberRole = field("What the user is there.")
    status: MembershipStatus = field("Whether the stay goes on.")
    joined_at: datetime = field("When the stay began.")
    left_at: datetime | None = field("When it ended; null while it goes on.")
    created_at: datetime = field("When it was written down.")
    modified_at: datetime = field("When it, or its group's name, last changed.")


@node(members.EVENTS, "Something that happened to a group's members; the server writes it.")
class GroupEvent(Node):
    event_type: GroupEventType = field("What happened.")
    occurred_at: datetime = field("When.")
    group = one("groups.Group", "group_id", "Where.")
    user = one("users.User", "user_id", "To whom.")
    actor = one("accounts.Account", "actor_account_id", "Who did it, while that account exists.")
    created_at: datetime = field("When it was written down.")
    modified_at: datetime = field("When it last changed.")


GROUP_MEMBERSHIPS = Many(
    GroupMembership,
    order=newest_first("joined_at"),
    filters=("group", "user", "role", "status", "joined_at", "modified_at"),
    orders=("joined_at", "left_at", "modified_at"),
)
GROUP_EVENTS = Many(
    GroupEvent,
    order=newest_first("occurred_at"),
    filters=("group", "user", "event_type", "occurred_at"),
    orders=("occurred_at", "created_at"),
)


@node(groups.GROUPS, "A group of an organization's users.")
class Group(Node):
    name: str = field("What it is called.")
    description: str | None = field("What it is for.")
    member_count: int = field("How many are in it now, seen by you or not.")
    memberships = GROUP_MEMBERSHIPS.of(
        "group_id",
        "Who is in it now, as far as you may see, last joined first unless ordered otherwise.",
        only=Compare("status", Operator.EQUAL, "Current"),
    )
    events = GROUP_EVENTS.of(
        "group_id", "What happened to its members, newest first unless ordered otherwise."
    )
    created_at: datetime = field("When it was made.")
    modified_at: datetime = field("When it, or who is in it, last changed.")


GROUPS = Many(
    Group,
    order=(Order("name"),),
    filters=("name", "description", "created_at", "modified_at"),
    orders=("name", "created_at", "modified_at"),
)


@strawberry.type
class GroupQuery:
    groups = GROUPS.root(
        "To administrators their organization's groups, to users those they are in, by name."
    )
    group_memberships = GROUP_MEMBERSHIPS.root("Stays in groups of everybody you may see, last joined first.")
    group_events = GROUP_EVENTS.root("What happened to groups, as far as you may see whom it is about.")
