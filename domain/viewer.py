"""Who is asking, and what they may do: the same value behind every family of credentials."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain.errors import Forbidden, Unauthorized


class Scope(StrEnum):
    USERS_READ = "users:read"
    ACTIVITIES_READ = "activities:read"
    PAI_READ = "pai:read"
    IMPORTS_READ = "imports:read"
    IMPORTS_WRITE = "imports:write"
    TEMPLATES_READ = "templates:read"
    PLANS_READ = "plans:read"
    PLANS_WRITE = "plans:write"
    ROUTINES_RUN = "routines:run"
    ROUTINES_AUTHOR = "routines:author"
    CLIENTS_ANY = "clients:any"
    PARTNERS_READ = "partners:read"
    PARTNERS_WRITE = "partners:write"
    WEBHOOKS_READ = "webhooks:read"
    WEBHOOKS_WRITE = "webhooks:write"
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


HEALTH_READ = frozenset({Scope.USERS_READ, Scope.ACTIVITIES_READ, Scope.PAI_READ, Scope.IMPORTS_READ})
SCOPES: dict[ViewerKind, frozenset[Scope]] = {
    ViewerKind.ANONYMOUS: frozenset(),
    ViewerKind.SYSTEM: frozenset(Scope),
    ViewerKind.ADMINISTRATOR: HEALTH_READ
    | {Scope.TEMPLATES_READ, Scope.PLANS_READ, Scope.WEBHOOKS_READ, Scope.WEBHOOKS_WRITE}
    | {Scope.JOBS_READ, Scope.JOBS_WRITE},
    ViewerKind.USER: HEALTH_READ | {Scope.TEMPLATES_READ, Scope.PLANS_READ},
    ViewerKind.PARTNER: HEALTH_READ | {Scope.IMPORTS_WRITE},
    ViewerKind.API_KEY: frozenset({Scope.TEMPLATES_READ}),
}


@dataclass(frozen=True)
class Viewer:
    kind: ViewerKind = ViewerKind.ANONYMOUS
    scopes: frozenset[Scope] = frozenset()
    organization_id: UUID | None = None
    account_id: UUID | None = None
    user_id: UUID | None = None
    partner_id: UUID | None = None

    def require(self, scope: Scope) -> None:
        if self.kind is ViewerKind.ANONYMOUS:
            raise Unauthorized("Sign in first: no valid credential was sent")
        if scope not in self.scopes:
            raise Forbidden(f"This credential lacks the scope {scope}")


ANONYMOUS = Viewer()
SYSTEM = Viewer(ViewerKind.SYSTEM, SCOPES[ViewerKind.SYSTEM])
