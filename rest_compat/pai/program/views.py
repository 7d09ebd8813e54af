"""How the Program API spells the domain (contracts 1.5)."""

from dataclasses import replace

from rest_compat.pai.health.views import PAI_SUMMARY
from rest_compat.pai.views import STAMPS, Made, View

MEMBER = View(
    {
        "id": "id",
        "organizationId": "organization_id",
        "programId": "program_id",
        "userId": "user_id",
        "firstName": "first_name",
        "lastName": "last_name",
        "email": "email",
        "status": "status",
        "joinedOn": "joined_at",
        "paiScore": "pai_score",
        "dailyPai": "daily_pai",
        "date": "date",
        **STAMPS,
    },
    path="/members/{user_id}",
    related={"summaries": "/members/{user_id}/pai/summaries"},
)

SUMMARY = replace(
    PAI_SUMMARY,
    path="/members/{user_id}/pai/summaries?id={id}",
    related={"member": "/members/{user_id}"},
)

INVITATION = View(
    {
        "id": "id",
        "organizationId": "organization_id",
        "programId": "program_id",
        "userId": "user_id",
        "email": "email",
        "status": "status",
        "expiresOn": "expires_at",
        "acceptedOn": "accepted_at",
        **STAMPS,
    },
    path="/invitations/{id}",
)

OWN_INVITATION = View(
    {
        "id": "id",
        "organizationId": "organization_id",
        "programId": "program_id",
        "programName": "program_name",
        "status": "status",
        "membershipStatus": "membership_status",
        "expiresOn": "expires_at",
        "acceptedOn": "accepted_at",
        **STAMPS,
    },
    path="/programinvitations/{id}",
)
"""The User API's: the same thing as whoever was invited sees it."""

EXPORT = View(
    {
        "id": "id",
        "organizationId": "organization_id",
        "programId": "program_id",
        "state": "state",
        "percent": "percent",
        "rowCount": "row_count",
        "fromDate": "from_date",
        "toDate": "to_date",
        "problem": "problem",
        "completedOn": "completed_at",
        "expiresOn": "expires_at",
        **STAMPS,
    },
    path="/exports/{id}",
)
DATA = "data"
EXPORT_WITH_DATA = replace(EXPORT, made={DATA: Made(frozenset({"state", "percent"}), lambda _: None)})
"""One export by itself: its rows are written behind all else once it is completed."""

ROW = {
    "userId": "user_id",
    "firstName": "first_name",
    "lastName": "last_name",
    "email": "email",
    "status": "status",
    "joinedOn": "joined_at",
    "paiScore": "pai_score",
    "dailyPai": "daily_pai",
    "date": "date",
}
"""What stands in an export, a row for each day of a member."""
WORDS = ("firstName", "lastName", "email")
"""What people wrote themselves."""
