"""Who is asking."""

import datetime as dt
from enum import Enum
from typing import Any
from uuid import UUID

import strawberry

from domain.routines import progress
from domain.viewer import ViewerKind as DomainKind
from gateway.context import Context
from gateway.types.nodes import field
from gateway.types.relations import one

Info = strawberry.Info[Context, None]


@strawberry.enum(description="What kind of credential was sent.")
class ViewerKind(Enum):
    ANONYMOUS = strawberry.enum_value("anonymous", description="None.")
    ADMINISTRATOR = strawberry.enum_value("administrator", description="An administrator's account.")
    USER = strawberry.enum_value("user", description="A user's account.")
    PARTNER = strawberry.enum_value("partner", description="A partner's id and key.")
    API_KEY = strawberry.enum_value("api_key", description="An API key.")


@strawberry.type(description="A local day on which a user did routines.")
class ProgressDay:
    date: dt.date = field("The user's local day.")
    completed_runs: int = field("Runs completed.", resolver=lambda root: root.completed)
    total_runs: int = field("Runs begun.", resolver=lambda root: root.total)
    completion_rate: float = field("Completed of those begun, 0 to 1.", resolver=lambda root: root.rate)


@strawberry.type(description="How steadily a user has done routines over four weeks.")
class RoutineProgress:
    adherence: float = field(
        "Routines done of those that plans asked for, 0 to 1; of the runs begun where none did."
    )
    completed_runs: int = field("Runs completed.", resolver=lambda root: root.completed)
    total_runs: int = field("Runs begun.", resolver=lambda root: root.total)
    completion_rate: float = field("Completed of those begun, 0 to 1.", resolver=lambda root: root.rate)
    days: list[ProgressDay] = field("Each day with a run, the earliest first.", rows=29)


async def routine_progress(root: strawberry.Parent[Any], info: Info) -> Any:
    return await progress.progress_of_viewer(info.context.unit) if root.user_id else None


@strawberry.type(description="Who is asking, and what they may do.")
class Viewer:
    kind: ViewerKind = field(
        "What kind of credential was sent.", resolver=lambda root: ViewerKind[DomainKind(root.kind).name]
    )
    scopes: list[str] = field(
        "What this credential allows, such as users:read.", resolver=lambda root: sorted(root.scopes)
    )
    organization_id: UUID | None = field("The REST id of the organization it belongs to.")
    organization = one("organizations.Organization", "organization_id", "The organization it belongs to.")
    account = one("accounts.Account", "account_id", "The account that was signed in to, if it is one.")
    user = one("users.User", "user_id", "The user whose account this is, if it is a user's.")

    routine_progress: RoutineProgress | None = field(
        "How steadily you did your routines; null if you are no user.", resolver=routine_progress
    )


@strawberry.type
class ViewerQuery:
    @strawberry.field(description="Who you are to this API.", graphql_type=Viewer)
    def viewer(self, info: Info) -> Any:
        return info.context.viewer
