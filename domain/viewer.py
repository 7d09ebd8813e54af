"""Who is asking, and what they may do: the same value behind every family of credentials."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain.errors import Forbidden, Unauthorized
from domain.sentences import said


class Scope(StrEnum):
    """`profile:write` is for one's own account and profile, `users:write` for anybody's in the organization.

    `programs:write` is for a program's administrators, `programs:join` for whom they invite, `programs:manage` for who
    makes programs.
    """

    ORGANIZATIONS_READ = "organizations:read"
    ACCOUNTS_READ = "accounts:read"
    ACCOUNTS_WRITE = "accounts:write"
    USERS_READ = "users:read"
    USERS_WRITE = "users:write"
    PROFILE_WRITE = "profile:write"
    GROUPS_READ = "groups:read"
    GROUPS_WRITE = "groups:write"
    BIOMETRICS_READ = "biometrics:read"
    BIOMETRICS_WRITE = "biometrics:write"
    HEART_RATE_READ = "heart_rate:read"
    HEART_RATE_WRITE = "heart_rate:write"
    ACTIVITIES_READ = "activities:read"
    PAI_READ = "pai:read"
    PAI_WRITE = "pai:write"
    VO2MAX_READ = "vo2max:read"
    VO2MAX_WRITE = "vo2max:write"
    IMPORTS_READ = "imports:read"
    IMPORTS_WRITE = "imports:write"
    IMPORTS_DELETE = "imports:delete"
    WORKOUT_TEMPLATES_READ = "workout_templates:read"
    PLAN_TEMPLATES_READ = "plan_templates:read"
    TEMPLATES_WRITE = "templates:write"
    ASSESSMENTS_READ = "assessments:read"
    ASSESSMENTS_WRITE = "assessments:write"
    PLANS_READ = "plans:read"
    PLANS_WRITE = "plans:write"
    ROUTINES_RUN = "routines:run"
    ROUTINES_AUTHOR = "routines:author"
    CLIENTS_ANY = "clients:any"
    PARTNERS_READ = "partners:read"
    PARTNERS_WRITE = "partners:write"
    WEBHOOKS_READ = "webhooks:read"
    WEBHOOKS_WRITE = "webhooks:write"
    KEYS_READ = "keys:read"
    KEYS_WRITE = "keys:write"
    PROGRAMS_READ = "programs:read"
    PROGRAMS_WRITE = "programs:write"
    PROGRAMS_JOIN = "programs:join"
    PROGRAMS_MANAGE = "programs:manage"
    PERSONAL_DATA_EXPORT = "personal_data:export"
    JOBS_READ = "jobs:read"
    JOBS_WRITE = "jobs:write"
    MAINTENANCE = "maintenance"


class ViewerKind(StrEnum):
    """Decides which rows are visible; scopes decide which operations are allowed."""

    ANONYMOUS = "anonymous"
    SYSTEM = "system"
    ADMINISTRATOR = "administrator"
    USER = "user"
    PARTNER = "partner"
    API_KEY = "api_key"


HEALTH_READ = frozenset(
    {
        Scope.USERS_READ, Scope.BIOMETRICS_READ, Scope.HEART_RATE_READ, Scope.ACTIVITIES_READ, Scope.PAI_READ,
        Scope.VO2MAX_READ, Scope.IMPORTS_READ,
    }
)  # fmt: skip
HEALTH_WRITE = frozenset(
    {
        Scope.BIOMETRICS_WRITE, Scope.HEART_RATE_WRITE, Scope.PAI_WRITE, Scope.VO2MAX_WRITE,
        Scope.IMPORTS_DELETE,
    }
)  # fmt: skip
TEMPLATES_READ = frozenset({Scope.WORKOUT_TEMPLATES_READ, Scope.PLAN_TEMPLATES_READ})
ACCOUNT_READ = frozenset({Scope.ORGANIZATIONS_READ, Scope.ACCOUNTS_READ, Scope.GROUPS_READ})
TRAINING = frozenset({Scope.ASSESSMENTS_READ, Scope.ASSESSMENTS_WRITE, Scope.PLANS_READ})
PERSONAL = (
    HEALTH_READ | HEALTH_WRITE | TEMPLATES_READ | ACCOUNT_READ | TRAINING | {Scope.PERSONAL_DATA_EXPORT}
)
PEOPLE = frozenset({Scope.ACCOUNTS_WRITE, Scope.USERS_WRITE, Scope.GROUPS_WRITE})
ADMINISTRATION = PEOPLE | frozenset(
    {
        Scope.TEMPLATES_WRITE, Scope.PLANS_WRITE, Scope.ROUTINES_AUTHOR, Scope.KEYS_READ, Scope.KEYS_WRITE,
        Scope.WEBHOOKS_READ, Scope.WEBHOOKS_WRITE, Scope.JOBS_READ, Scope.JOBS_WRITE, Scope.PROGRAMS_READ,
        Scope.PROGRAMS_MANAGE,
    }
)  # fmt: skip
PROGRAM_ADMINISTRATION = frozenset({Scope.PROGRAMS_READ, Scope.PROGRAMS_WRITE})
"""What an account may do besides, while any program has it for an administrator."""
SCOPES: dict[ViewerKind, frozenset[Scope]] = {
    ViewerKind.ANONYMOUS: frozenset(),
    ViewerKind.SYSTEM: frozenset(Scope),
    ViewerKind.ADMINISTRATOR: PERSONAL | ADMINISTRATION,
    ViewerKind.USER: PERSONAL
    | {Scope.PROFILE_WRITE, Scope.PROGRAMS_JOIN, Scope.PLANS_WRITE, Scope.ROUTINES_RUN},
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

    @property
    def principal(self) -> str:
        """Whose credential it is: all tokens and keys of one account, partner or key have it in common."""
        whose = self.account_id or self.partner_id or self.key_id or self.user_id or self.organization_id
        return f"{self.kind.value}:{whose}"

    def require_credential(self) -> None:
        if self.kind is ViewerKind.ANONYMOUS:
            raise Unauthorized("Sign in first: no valid credential was sent")

    def require(self, *scopes: Scope) -> None:
        """One of these; the first is what is told to be lacking."""
        self.require_credential()
        if self.scopes.isdisjoint(scopes):
            raise Forbidden(said("This credential lacks the scope {scope}", scope=str(scopes[0])))


ANONYMOUS = Viewer()
SYSTEM = Viewer(ViewerKind.SYSTEM, SCOPES[ViewerKind.SYSTEM])
