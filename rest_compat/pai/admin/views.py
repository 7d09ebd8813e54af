"""How the Admin API spells the domain (contracts 1.5)."""

from typing import Any

from domain import organizations, profiles, users
from domain.groups import groups, members
from domain.groups.tables import EventType, MemberRole, MembershipStatus
from domain.identity import administration
from domain.identity.accounts import AccountStatus, AccountType
from domain.users import Sex, Units
from rest_compat.pai.views import STAMPS, Made, View

ROLES = {"type": "array", "items": {"type": "string", "enum": ["Administrator", "User", "Program"]}}


def roles(row: Any) -> list[str]:
    """What an account may be used for: it follows from its type, its user and the programs it administers."""
    held = {
        "Administrator": row.account_type == AccountType.ADMINISTRATOR,
        "User": row.user_id,
        "Program": getattr(row, "administers_programs", False),
    }
    return [role for role, is_held in held.items() if is_held]


ORGANIZATION = View(
    {"id": "id", "name": "name", **STAMPS},
    path="",
    related={"accounts": "/accounts", "users": "/users", "groups": "/groups"},
    kinds=organizations.COLUMNS,
)

ACCOUNT = View(
    {
        "id": "id",
        "organizationId": "organization_id",
        "username": "username",
        "email": "email",
        "emailConfirmed": "email_confirmed",
        "phoneNumber": "phone_number",
        "accountType": "account_type",
        "accountStatus": "account_status",
        "userId": "user_id",
        "locale": "locale",
        **STAMPS,
    },
    path="/accounts/{id}",
    made={"roles": Made(frozenset({"account_type", "user_id", "administers_programs"}), roles, ROLES)},
    kinds=administration.COLUMNS,
    enums={"accountType": AccountType, "accountStatus": AccountStatus},
)

USER = View(
    {
        "id": "id",
        "organizationId": "organization_id",
        "accountId": "account_id",
        "externalId": "external_id",
        "firstName": "first_name",
        "lastName": "last_name",
        "email": "email",
        "country": "country",
        "sex": "sex",
        "dateOfBirth": "date_of_birth",
        "timeZone": "time_zone",
        **STAMPS,
    },
    path="/users/{id}",
    related={
        "profile": "/users/{id}/profile",
        "groupmemberships": "/users/{id}/groupmemberships",
        "summaries": "/pai/summaries?userId={id}",
    },
    kinds=users.COLUMNS,
    enums={"sex": Sex},
)

PROFILE = View(
    {
        **{name: column for name, column in USER.columns.items() if name not in STAMPS},
        "heightCm": "height_cm",
        "weightKg": "weight_kg",
        "units": "units",
        "locale": "locale",
        **STAMPS,
    },
    path="/users/{id}/profile",
    related={"user": "/users/{id}"},
    kinds=profiles.COLUMNS,
    enums={"sex": Sex, "units": Units},
)

GROUP = View(
    {
        "id": "id",
        "organizationId": "organization_id",
        "name": "name",
        "description": "description",
        "memberCount": "member_count",
        **STAMPS,
    },
    path="/groups/{id}",
    related={"members": "/groups/{id}/members", "events": "/groups/{id}/events"},
    kinds=groups.COLUMNS,
)

MEMBER = View(
    {
        "id": "id",
        "organizationId": "organization_id",
        "groupId": "group_id",
        "userId": "user_id",
        "role": "role",
        "joinedOn": "joined_at",
        **STAMPS,
    },
    path="/groups/{group_id}/members/{user_id}",
    related={"group": "/groups/{group_id}", "user": "/users/{user_id}"},
    kinds=members.COLUMNS,
    enums={"role": MemberRole},
)

MEMBERSHIP = View(
    {
        "id": "id",
        "organizationId": "organization_id",
        "groupId": "group_id",
        "userId": "user_id",
        "groupName": "group_name",
        "status": "status",
        "joinedOn": "joined_at",
        "leftOn": "left_at",
        **STAMPS,
    },
    path="/users/{user_id}/groupmemberships?id={id}",
    kinds=members.COLUMNS,
    enums={"status": MembershipStatus},
)
"""A stay in a group has no path of its own: its address is the list with nothing but it."""

EVENT = View(
    {
        "id": "id",
        "organizationId": "organization_id",
        "groupId": "group_id",
        "userId": "user_id",
        "eventType": "event_type",
        "occurredOn": "occurred_at",
        "actorAccountId": "actor_account_id",
        **STAMPS,
    },
    path="/groups/{group_id}/events/{id}",
    related={"group": "/groups/{group_id}", "user": "/users/{user_id}"},
    kinds=members.EVENT_COLUMNS,
    enums={"eventType": EventType},
)
