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


ORGANIZATION_ID = "2188a980-70a2-4b24-b145-8139cb7f9106"
USER_ID = "0c7d0f6e-6f0b-4b0e-9a52-52cb4f7a3f0d"
ACCOUNT_ID = "5e9f1c7a-8d24-4b6e-9f03-7a2c4d6e8b10"
GROUP_ID = "c3a1b2d4-6e5f-4a7b-8c9d-0e1f2a3b4c5d"
STAMPED = {"createdOn": "2024-05-01T09:00:00Z", "modifiedOn": "2024-05-02T09:00:00Z"}
PERSON = {
    "id": USER_ID,
    "organizationId": ORGANIZATION_ID,
    "accountId": ACCOUNT_ID,
    "externalId": "patient-17",
    "firstName": "Joe",
    "lastName": "Doe",
    "email": "joe@example.org",
    "country": "CA",
    "sex": "Male",
    "dateOfBirth": "1985-02-01",
    "timeZone": "America/Vancouver",
    **STAMPED,
}
OF_GROUP = {"organizationId": ORGANIZATION_ID, "groupId": GROUP_ID, "userId": USER_ID, **STAMPED}
"""What is shown in examples."""


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
    example={"id": ORGANIZATION_ID, "name": "PAI Health", **STAMPED},
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
    example={
        "id": ACCOUNT_ID,
        "organizationId": ORGANIZATION_ID,
        "username": "joe",
        "email": "joe@example.org",
        "emailConfirmed": True,
        "phoneNumber": "+1 604 555 0100",
        "accountType": "Regular",
        "accountStatus": "Active",
        "userId": USER_ID,
        "locale": "en-CA",
        "roles": ["User"],
        **STAMPED,
    },
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
    example=PERSON,
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
    example=PERSON | {"heightCm": 180.0, "weightKg": 78.5, "units": "Metric", "locale": "en-CA"},
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
    example={
        "id": GROUP_ID,
        "organizationId": ORGANIZATION_ID,
        "name": "Morning runners",
        "description": "Mondays and Thursdays at six",
        "memberCount": 12,
        **STAMPED,
    },
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
    example={
        "id": "1f0e9d8c-7b6a-4594-8372-61504f3e2d1c",
        **OF_GROUP,
        "role": "Member",
        "joinedOn": "2024-05-01T09:00:00Z",
    },
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
    example={
        "id": "1f0e9d8c-7b6a-4594-8372-61504f3e2d1c",
        **OF_GROUP,
        "groupName": "Morning runners",
        "status": "Removed",
        "joinedOn": "2024-05-01T09:00:00Z",
        "leftOn": "2024-05-02T09:00:00Z",
    },
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
    example={
        "id": "2a3b4c5d-6e7f-4081-92a3-b4c5d6e7f809",
        **OF_GROUP,
        "eventType": "Joined",
        "occurredOn": "2024-05-01T09:00:00Z",
        "actorAccountId": ACCOUNT_ID,
    },
)
