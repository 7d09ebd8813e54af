"""PAI Program API: a program's administrators invite users, and view and export the PAI of those who accepted."""

from http import HTTPStatus

from domain.programs import exports, invitations, members
from rest_compat.pai.program import views
from rest_compat.pai.program.door import ProgramDoor
from rest_compat.pai.program.downloads import ExportResource
from rest_compat.pai.resources import resource, serve_resource
from rest_compat.wire.prefixed import PrefixedRouter

DOOR = ProgramDoor(
    "Program",
    (
        "/api/v2/program/organizations/{organizationId}/programs/{programId}",
        "/program/api/v2/organizations/{organizationId}/programs/{programId}",
    ),
)

router = PrefixedRouter(DOOR.prefixes)
resource(
    router,
    DOOR,
    "/members",
    "member",
    views.MEMBER,
    item="/{userId}",
    many=members.list_members,
    one=members.get_member,
    remove=members.remove_member,
)
resource(
    router,
    DOOR,
    "/members/{userId}/pai/summaries",
    "PAI summary",
    views.SUMMARY,
    many=members.list_summaries,
)
resource(
    router,
    DOOR,
    "/invitations",
    "invitation",
    views.INVITATION,
    item="/{invitationId}",
    many=invitations.list_invitations,
    one=invitations.get_invitation,
    add=invitations.invite,
    remove=invitations.withdraw,
    writes=invitations.InvitationFields,
)
serve_resource(
    router,
    ExportResource(
        DOOR,
        "/exports",
        "export",
        views.EXPORT,
        item="/{exportId}",
        many=exports.list_exports,
        one=exports.get_export,
        add=exports.request_export,
        writes=exports.ExportFields,
        needs_body=False,
        created=HTTPStatus.ACCEPTED,
    ),
)
