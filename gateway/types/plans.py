"""Training plans: what a user is to train by, what was known when it was made, and why these routines."""

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from domain import plans
from domain.listing import Order
from domain.unit import Unit
from gateway.context import Context
from gateway.global_ids import global_id
from gateway.selection import Needs, columns_for
from gateway.types.connections import After, Before, ConnectedPage, Connection, First, Last, Paging, listing
from gateway.types.filters import DateTimeFilter, IdFilter, StringFilter, filter_of
from gateway.types.relations import user_of
from gateway.types.routines import RoutineInstance, instances_of_plan

if TYPE_CHECKING:
    from gateway.types.users import User

NEEDS: Needs = {
    "id": frozenset({"id"}),
    "uuid": frozenset({"id"}),
    "user": frozenset({"user_id"}),
    "routineInstances": frozenset({"id"}),
}
NEWEST_FIRST = (Order("created_at", descending=True),)
Info = strawberry.Info[Context, None]


@strawberry.enum
class TrainingPlanStatus(Enum):
    ACTIVE = "active"
    COMPLETED = strawberry.enum_value("completed", description="All of its routines are done.")
    ARCHIVED = strawberry.enum_value("archived", description="A newer plan took its place.")


@strawberry.enum(description="Who asked for a plan.")
class PlanSource(Enum):
    IMPORT = strawberry.enum_value("import", description="A partner's first import; the rules chose.")
    REQUEST = strawberry.enum_value("request", description="Somebody by name; the rules chose.")
    ASSIGNMENT = strawberry.enum_value("assignment", description="An administrator, who chose the routines.")


@strawberry.type(description="What a user is to train by. Of several one is active at most, the latest.")
class TrainingPlan:
    uuid: UUID = strawberry.field(description="The id that the REST APIs use.", resolver=lambda root: root.id)
    status: TrainingPlanStatus = strawberry.field(resolver=lambda root: TrainingPlanStatus(root.status))
    goal: str
    intensity: str
    frequency: int = strawberry.field(description="Sessions a week.")
    preferred_session_minutes: int
    generation_source: PlanSource = strawberry.field(resolver=lambda root: PlanSource(root.generation_source))
    assessments: JSON | None = strawberry.field(
        description="What was known of the user then, and what was not."
    )
    picks: JSON | None = strawberry.field(description="Which routines the rules chose, and why.")
    created_at: datetime
    modified_at: datetime

    @strawberry.field(description="Global id.")
    def id(root: strawberry.Parent[Any]) -> strawberry.ID:
        return strawberry.ID(global_id("TrainingPlan", root.id))

    @strawberry.field(
        description="Its routines, by their place in the queue.", graphql_type=Connection[RoutineInstance]
    )
    async def routine_instances(
        root: strawberry.Parent[Any],
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Any:
        return await instances_of_plan(info, root.id, Paging(first, after, last, before))

    @strawberry.field(graphql_type=Annotated["User", strawberry.lazy("gateway.types.users")] | None)
    async def user(root: strawberry.Parent[Any], info: Info) -> Any:
        return await user_of(info, root.user_id)


async def plan_of_import(info: Info, bulk_import_id: UUID) -> Any:
    wanted = columns_for(info, NEEDS) | {"id"}

    async def batch(unit: Unit, ids: list[UUID]) -> dict[UUID, Any]:
        return await plans.plans_of_imports(unit, ids, wanted)

    return await info.context.batched((plans.plans_of_imports, wanted), batch, bulk_import_id)


@strawberry.input(description="Which plans; all given conditions must hold.")
class TrainingPlanFilter:
    id: IdFilter | None = None
    user: IdFilter | None = None
    status: StringFilter | None = strawberry.field(description="Such as active.", default=None)
    goal: StringFilter | None = None
    created_at: DateTimeFilter | None = None


@strawberry.type
class PlanQuery:
    @strawberry.field(
        description="Training plans of everybody you may see, newest first.",
        graphql_type=Connection[TrainingPlan],
    )
    async def training_plans(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: TrainingPlanFilter | None = None,
    ) -> Any:
        paging = Paging(first, after, last, before)
        wanted = listing(info, NEEDS, paging, filter_of(filter, "TrainingPlan"), NEWEST_FIRST)
        return ConnectedPage(await plans.list_plans(info.context.unit, wanted), paging)
