"""Who is asking, and what they may do: the same value behind every family of credentials."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain.errors import Forbidden, Unauthorized
from domain.sentences import said


class Scope(StrEnum):
    """`profile:write` is for one's own account and profile, `users:write` for anybody's in the organization."""

    ORGANIZATIONS_READ = "organizations:read"
    ACCOUNTS_READ = "accounts:read"
    ACCOUNTS_WRITE = "accounts:write"
    USERS_READ = "users:read"
    USERS_WRITE = "users:write"
    PROFILE_WRITE = "profile:write"
    GROUPS_READ = "groups:read"
    GROUPS_WRITE = "groups:write"
    ACTIVITIES_READ = "activities:read"
    PAI_READ = "pai:read"
    IMPORTS_READ = "imports:read"
    IMPORTS_WRITE = "imports:write"
    WORKOUTS_READ = "workouts:read"
    PLANS_READ = "plans:read"
    TEMPLATES_WRITE = "templates:write"
    KEYS_READ = "keys:read"
    KEYS_WRITE = "keys:write"
    JOBS_READ = "jobs:read"
    JOBS_WRITE = "jobs:write"


class ViewerKind(StrEnum):
    """Decides which rows are visible; scopes decide which operations are allowed."""

    ANONYMOUS = "anonymous"
    SYSTEM = "system"
    ADMINISTRATOR = "administrator"
    USER = "user"
    PARTNER = "partner"
    API_KEY = "api_key"


TEMPLATES_READ = frozenset({Scope.WORKOUTS_READ, Scope.PLANS_READ})
HEALTH_READ = frozenset({Scope.USERS_READ, Scope.ACTIVITIES_READ, Scope.PAI_READ, Scope.IMPORTS_READ})
ACCOUNT_READ = frozenset({Scope.ORGANIZATIONS_READ, Scope.ACCOUNTS_READ, Scope.GROUPS_READ})
AUTHORING = frozenset({Scope.TEMPLATES_WRITE, Scope.KEYS_READ, Scope.KEYS_WRITE})
PEOPLE = frozenset({Scope.ACCOUNTS_WRITE, Scope.USERS_WRITE, Scope.GROUPS_WRITE})
SCOPES: dict[ViewerKind, frozenset[Scope]] = {
    ViewerKind.ANONYMOUS: frozenset(),
    ViewerKind.SYSTEM: frozenset(Scope),
    ViewerKind.ADMINISTRATOR: HEALTH_READ | ACCOUNT_READ | TEMPLATES_READ | AUTHORING | PEOPLE,
    ViewerKind.USER: HEALTH_READ | ACCOUNT_READ | TEMPLATES_READ | {Scope.PROFILE_WRITE},
    ViewerKind.PARTNER: HEALTH_READ | {Scope.IMPORTS_WRITE},
    ViewerKind.API_KEY: TEMPLATES_READ,
}


@dataclass(frozen=True)
class Viewer:
    kind: ViewerKind = ViewerKind.ANONYMOUS
    scopes: frozenset[Scope] = frozenset()
    organization_id: UUID | None = None
    account_id: UUID | None = None
    user_id: UUID | None = None
    partner_id: UUID | None = None
    key_id: UUID | None = None

    def require(self, scope: Scope) -> None:
        if self.kind is ViewerKind.ANONYMOUS:
            raise Unauthorized("Sign in first: no valid credential was sent")
        if scope not in self.scopes:
            raise Forbidden(said("This credential lacks the scope {scope}", scope=str(scope)))


ANONYMOUS = Viewer()
SYSTEM = Viewer(ViewerKind.SYSTEM, SCOPES[ViewerKind.SYSTEM])
