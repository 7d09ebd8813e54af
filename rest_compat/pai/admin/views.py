"""How the Admin API spells the domain (contracts 1.5)."""

from typing import Any

from domain.identity.accounts import AccountType
from rest_compat.pai.views import Made, View

STAMPS = {"createdOn": "created_at", "modifiedOn": "modified_at"}


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
    made={"roles": Made(frozenset({"account_type", "user_id", "administers_programs"}), roles)},
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
)

PAI_SUMMARY = View(
    {
        "id": "id",
        "organizationId": "organization_id",
        "userId": "user_id",
        "date": "date",
        "timeZone": "time_zone",
        "paiScore": "pai_score",
        "dailyPai": "daily_pai",
        "lowZonePai": "low_zone_pai",
        "mediumZonePai": "medium_zone_pai",
        "highZonePai": "high_zone_pai",
        "lowZoneMinutes": "low_zone_minutes",
        "mediumZoneMinutes": "medium_zone_minutes",
        "highZoneMinutes": "high_zone_minutes",
        "lowZoneLowerLimit": "low_zone_lower_limit_bpm",
        "mediumZoneLowerLimit": "medium_zone_lower_limit_bpm",
        "highZoneLowerLimit": "high_zone_lower_limit_bpm",
        "maxHeartrate": "max_heart_rate_bpm",
        "restingHeartrate": "resting_heart_rate_bpm",
        "algorithmVersion": "algorithm_version",
        **STAMPS,
    },
    path="/pai/summaries/{id}",
    related={"user": "/users/{user_id}"},
)
