"""PAI Admin API: an organization's administrators view its users and their scores."""

from fastapi import APIRouter

from domain import pai, users
from rest_compat.pai.admin.views import PAI_SUMMARY, USER
from rest_compat.pai.collections import resource

PREFIXES = (
    "/api/v2/admin/organizations/{organization_id}",
    "/admin/api/v2/organizations/{organization_id}",
    "/api/v2/organizations/{organization_id}",
)
"""The seed's own spelling, the public documentation's, and that of the seed's sort example (contracts 1.1)."""

router = APIRouter()
resource(router, "/users", USER, many=users.list_users, one=users.get_user)
resource(router, "/pai/summaries", PAI_SUMMARY, many=pai.list_summaries, one=pai.get_summary)
