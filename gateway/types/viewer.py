"""Who is asking."""

from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import strawberry

from domain.errors import NotFound
from domain.users import get_user
from domain.viewer import Viewer as DomainViewer
from domain.viewer import ViewerKind as DomainKind
from gateway.context import Context
from gateway.selection import columns_for
from gateway.types.relations import USER_NEEDS

if TYPE_CHECKING:
    from gateway.types.users import User

Info = strawberry.Info[Context, None]


@strawberry.enum(description="What kind of credential was sent.")
class ViewerKind(Enum):
    ANONYMOUS = "anonymous"
    ADMINISTRATOR = "administrator"
    USER = "user"
    PARTNER = "partner"
    API_KEY = "api_key"


@strawberry.type(description="Who is asking, and what they may do.")
class Viewer:
    @strawberry.field
    def kind(root: strawberry.Parent[DomainViewer]) -> ViewerKind:
        return ViewerKind[DomainKind(root.kind).name]

    @strawberry.field(description="What this credential allows, such as users:read.")
    def scopes(root: strawberry.Parent[DomainViewer]) -> list[str]:
        return sorted(root.scopes)

    organization_id: UUID | None

    @strawberry.field(
        description="The user whose account this is, if it is a user's.",
        graphql_type=Annotated["User", strawberry.lazy("gateway.types.users")] | None,
    )
    async def user(root: strawberry.Parent[DomainViewer], info: Info) -> Any:
        if root.user_id is None:
            return None
        try:
            return await get_user(info.context.unit, root.user_id, columns_for(info, USER_NEEDS) | {"id"})
        except NotFound:
            return None


@strawberry.type
class ViewerQuery:
    @strawberry.field(description="Who you are to this API.", graphql_type=Viewer)
    def viewer(self, info: Info) -> Any:
        return info.context.viewer
