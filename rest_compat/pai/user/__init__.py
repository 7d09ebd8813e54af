"""PAI User API: whoever comes in sees and changes what is their own."""

from dataclasses import replace

from domain import organizations, profiles
from domain.groups import groups, members
from domain.identity import administration as accounts
from rest_compat.pai import health
from rest_compat.pai.admin import views
from rest_compat.pai.auth import UserDoor
from rest_compat.pai.health.writing import BY_USERS
from rest_compat.pai.resources import resource
from rest_compat.pai.user.programs import add_invitations
from rest_compat.wire.prefixed import PrefixedRouter

DOOR = UserDoor(
    "User",
    (
        "/api/v2/user/organizations/{organizationId}",
        "/user/api/v2/organizations/{organizationId}",
    ),
)

OWN = {
    "account": "/account",
    "profile": "/profile",
    "groups": "/groups",
    "programinvitations": "/programinvitations",
}
ORGANIZATION = replace(views.ORGANIZATION, related=OWN)
ACCOUNT = replace(views.ACCOUNT, path="/account", related={"profile": "/profile"})
PROFILE = replace(
    views.PROFILE,
    path="/profile",
    related={"account": "/account", "groupmemberships": "/groupmemberships"},
)
GROUP = replace(views.GROUP, path="/groups?id={id}", related={"members": "/groups/{id}/members"})
MEMBER = replace(views.MEMBER, path="/groups/{group_id}/members?userId={user_id}", related={})
MEMBERSHIP = replace(views.MEMBERSHIP, path="/groupmemberships?id={id}")

router = PrefixedRouter(DOOR.prefixes)
resource(router, DOOR, "", "organization", ORGANIZATION, item="", one=organizations.get_own_organization)
resource(
    router,
    DOOR,
    "/account",
    "account",
    ACCOUNT,
    item="",
    one=accounts.get_own_account,
    change=accounts.change_own_account,
    writes=accounts.OwnAccountFields,
)
resource(
    router,
    DOOR,
    "/profile",
    "profile",
    PROFILE,
    item="",
    one=profiles.get_own_profile,
    replace=profiles.change_own_profile,
    change=profiles.change_own_profile,
    writes=profiles.OwnProfileFields,
)
resource(router, DOOR, "/groups", "group", GROUP, many=groups.list_groups)
resource(router, DOOR, "/groups/{groupId}/members", "group member", MEMBER, many=members.list_members)
resource(
    router,
    DOOR,
    "/groupmemberships",
    "group membership",
    MEMBERSHIP,
    many=members.list_own_memberships,
)
health.serve(router, DOOR, whose={"profile": "/profile"}, writing=BY_USERS)
add_invitations(router, DOOR)
