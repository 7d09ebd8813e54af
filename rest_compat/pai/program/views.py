"""How the Program API spells the domain (contracts 1.5)."""

from dataclasses import replace
from typing import Any

from domain.exports.tables import ExportState
from domain.programs import accepting, exports, invitations, members
from domain.programs.tables import InvitationStatus, MemberStatus
from rest_compat.pai.health.views import PAI_SUMMARY
from rest_compat.pai.shapes import shape_of
from rest_compat.pai.views import STAMPS, Made, View

PROGRAM = "9d4b8f0e-2c1a-4f36-8a53-6e1d7c0b5a42"
OF_PROGRAM: dict[str, Any] = {
    "id": "4b1e2d3c-5a69-4788-9c0d-1e2f3a4b5c6d",
    "organizationId": "2188a980-70a2-4b24-b145-8139cb7f9106",
    "programId": PROGRAM,
    "createdOn": "2024-05-01T09:00:00Z",
    "modifiedOn": "2024-05-02T09:00:00Z",
}
"""What all examples have alike."""
MEMBER_OF_ALL: dict[str, Any] = {
    "userId": "0c7d0f6e-6f0b-4b0e-9a52-52cb4f7a3f0d",
    "firstName": "Joe",
    "lastName": "Doe",
    "email": "joe@example.org",
    "status": "Active",
    "joinedOn": "2024-05-02T09:00:00Z",
    "paiScore": 104.2,
    "dailyPai": 12.4,
    "date": "2024-05-08",
}

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
    kinds=members.COLUMNS,
    enums={"status": MemberStatus},
    example=OF_PROGRAM | MEMBER_OF_ALL,
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
    kinds=invitations.COLUMNS,
    enums={"status": InvitationStatus},
    example=OF_PROGRAM
    | {"email": "joe@example.org", "status": "Pending", "expiresOn": "2024-05-15T09:00:00Z"},
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
    kinds=accepting.COLUMNS,
    enums={"status": InvitationStatus, "membershipStatus": MemberStatus},
    example=OF_PROGRAM
    | {
        "programName": "Heart first",
        "status": "Accepted",
        "membershipStatus": "Active",
        "expiresOn": "2024-05-15T09:00:00Z",
        "acceptedOn": "2024-05-02T09:00:00Z",
    },
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
    kinds=exports.COLUMNS,
    enums={"state": ExportState},
    example=OF_PROGRAM
    | {
        "state": "Completed",
        "percent": 100,
        "rowCount": 1,
        "fromDate": "2024-05-01",
        "toDate": "2024-05-08",
        "completedOn": "2024-05-08T09:00:05Z",
        "expiresOn": "2024-05-15T09:00:00Z",
    },
)
DATA = "data"
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
ROWS: dict[str, Any] = {
    "type": ["array", "null"],
    "items": {"type": "object", "properties": {name: shape_of(MEMBER)["properties"][name] for name in ROW}},
    "description": "A row for each day of a member, once the export is completed; null until then",
}
EXPORT_WITH_DATA = replace(
    EXPORT,
    made={DATA: Made(frozenset({"state", "percent"}), lambda _: None, ROWS)},
    example={**EXPORT.example, DATA: [MEMBER_OF_ALL]},
)
"""One export by itself: its rows are written behind all else once it is completed."""
