"""PAI Admin API: an organization's administrators manage its accounts, users and groups and view their scores."""

from domain import organizations, profiles, user_removal, users
from domain.groups import groups, members
from domain.identity import administration as accounts
from domain.webhooks import subscriptions
from rest_compat.pai import health
from rest_compat.pai.admin import views, webhooks
from rest_compat.pai.auth import AdminDoor
from rest_compat.pai.health.writing import BY_ADMINISTRATORS
from rest_compat.pai.resources import resource
from rest_compat.wire.prefixed import PrefixedRouter

DOOR = AdminDoor(
    "Admin",
    (
        "/api/v2/admin/organizations/{organizationId}",
        "/admin/api/v2/organizations/{organizationId}",
        "/api/v2/organizations/{organizationId}",
    ),
)
"""The seed's own spelling, the public documentation's, and that of the seed's sort example (contracts 1.1)."""

router = PrefixedRouter(DOOR.prefixes)
resource(
    router, DOOR, "", "organization", views.ORGANIZATION, item="", one=organizations.get_own_organization
)
resource(
    router,
    DOOR,
    "/accounts",
    "account",
    views.ACCOUNT,
    item="/{accountId}",
    many=accounts.list_accounts,
    one=accounts.get_account,
    add=accounts.add_account,
    replace=accounts.change_account,
    change=accounts.change_account,
    remove=accounts.remove_account,
    writes=accounts.AccountFields,
    prepare=accounts.with_hash,
)
resource(
    router,
    DOOR,
    "/users",
    "user",
    views.USER,
    item="/{userId}",
    many=users.list_users,
    one=users.get_user,
    add=users.add_user,
    replace=profiles.change_user,
    change=profiles.change_user,
    remove=user_removal.remove_user,
    writes=users.UserFields,
)
resource(
    router,
    DOOR,
    "/users/{userId}/profile",
    "profile",
    views.PROFILE,
    item="",
    one=profiles.get_profile,
    replace=profiles.change_profile,
    change=profiles.change_profile,
    writes=profiles.ProfileFields,
)
resource(
    router,
    DOOR,
    "/users/{userId}/groupmemberships",
    "group membership",
    views.MEMBERSHIP,
    many=members.list_memberships,
)
resource(
    router,
    DOOR,
    "/groups",
    "group",
    views.GROUP,
    item="/{groupId}",
    many=groups.list_groups,
    one=groups.get_group,
    add=groups.add_group,
    replace=groups.change_group,
    change=groups.change_group,
    remove=groups.remove_group,
    writes=groups.GroupFields,
)
resource(
    router,
    DOOR,
    "/groups/{groupId}/members",
    "group member",
    views.MEMBER,
    item="/{userId}",
    many=members.list_members,
    one=members.get_member,
    add=members.add_member,
    remove=members.remove_member,
    writes=members.MemberFields,
)
resource(
    router,
    DOOR,
    "/groups/{groupId}/events",
    "group event",
    views.EVENT,
    item="/{eventId}",
    many=members.list_events,
    one=members.get_event,
)
health.serve(router, DOOR, whose={"user": "/users/{user_id}"}, writing=BY_ADMINISTRATORS)
resource(
    router,
    DOOR,
    "/webhooks",
    "webhook",
    webhooks.WEBHOOK,
    item="/{webhookId}",
    many=subscriptions.WEBHOOKS.page,
    one=subscriptions.WEBHOOKS.got,
    add=webhooks.subscribe,
    replace=webhooks.change,
    change=webhooks.change,
    remove=subscriptions.remove,
    writes=webhooks.WebhookFields,
    once={"secret": webhooks.SECRET},
)
