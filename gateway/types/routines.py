"""Routine templates, the queue of a plan, and the runs in which users do them."""

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from domain.listing import Order
from domain.routines import queue, runs, templates
from gateway.context import Context
from gateway.global_ids import global_id
from gateway.selection import Needs
from gateway.types.connections import After, Before, ConnectedPage, Connection, First, Last, Paging, listing
from gateway.types.filters import DateTimeFilter, IdFilter, StringFilter, filter_of
from gateway.types.relations import page_of_owner, user_of

if TYPE_CHECKING:
    from gateway.types.users import User

SELF: Needs = {"id": frozenset({"id"}), "uuid": frozenset({"id"})}
TEMPLATE_NEEDS: Needs = {**SELF, "inLibrary": frozenset({"organization_id"})}
OWNED_NEEDS: Needs = {**SELF, "user": frozenset({"user_id"})}
BY_NAME, BY_PLACE = (Order("name"),), (Order("queue_index"),)
NEWEST_FIRST = (Order("created_at", descending=True),)
Info = strawberry.Info[Context, None]
UserType = Annotated["User", strawberry.lazy("gateway.types.users")]


@strawberry.enum
class RoutineTemplateStatus(Enum):
    DRAFT = "draft"
    PUBLISHED = "published"


@strawberry.enum
class RoutineInstanceStatus(Enum):
    QUEUED = "queued"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    CANCELLED = strawberry.enum_value("cancelled", description="A newer plan took its place.")


@strawberry.enum
class RoutineRunStatus(Enum):
    CREATED = "created"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    ABANDONED = "abandoned"


@strawberry.type(description="Exercises and guided steps in blocks, to be done in one go.")
class RoutineTemplate:
    uuid: UUID = strawberry.field(description="The id that the REST APIs use.", resolver=lambda root: root.id)
    name: str
    name_zh: str | None = strawberry.field(description="In Traditional Chinese.")
    description: str
    goal: str
    intensity: str
    risk_tiers: list[str] = strawberry.field(description="Whom it suits; empty for everybody.")
    estimated_duration_minutes: int
    equipment: list[str]
    tags: list[str]
    steps: JSON = strawberry.field(description="Warm-up, main part and cool-down, in order.")
    status: RoutineTemplateStatus = strawberry.field(resolver=lambda root: RoutineTemplateStatus(root.status))
    published_at: datetime | None
    created_at: datetime
    modified_at: datetime

    @strawberry.field(description="Global id.")
    def id(root: strawberry.Parent[Any]) -> strawberry.ID:
        return strawberry.ID(global_id("RoutineTemplate", root.id))

    @strawberry.field(description="Whether it is the library's and not a client's own.")
    def in_library(root: strawberry.Parent[Any]) -> bool:
        return root.organization_id is None


@strawberry.type(description="A routine template that a plan wants done once; its place in the user's queue.")
class RoutineInstance:
    uuid: UUID = strawberry.field(description="The id that the REST APIs use.", resolver=lambda root: root.id)
    plan_id: UUID
    routine_template_id: UUID
    routine_template_name: str
    queue_index: int
    status: RoutineInstanceStatus = strawberry.field(resolver=lambda root: RoutineInstanceStatus(root.status))
    defer_count: int = strawberry.field(description="How often the user put it off.")
    created_at: datetime
    modified_at: datetime

    @strawberry.field(description="Global id.")
    def id(root: strawberry.Parent[Any]) -> strawberry.ID:
        return strawberry.ID(global_id("RoutineInstance", root.id))

    @strawberry.field(graphql_type=UserType | None)
    async def user(root: strawberry.Parent[Any], info: Info) -> Any:
        return await user_of(info, root.user_id)


@strawberry.type(description="A user doing a routine once, with a copy of its steps as they were then.")
class RoutineRun:
    uuid: UUID = strawberry.field(description="The id that the REST APIs use.", resolver=lambda root: root.id)
    plan_id: UUID
    routine_instance_id: UUID
    routine_template_name: str
    started_from: str = strawberry.field(description="Where in the app it was started.")
    status: RoutineRunStatus = strawberry.field(resolver=lambda root: RoutineRunStatus(root.status))
    current_step_index: int
    steps: JSON = strawberry.field(description="Each step and what became of it.")
    completed_exercises: int
    total_exercises: int
    completion_rate: float = strawberry.field(description="Completed of all steps, 0 to 1.")
    total_duration_seconds: int
    total_calories_burned: float
    completed_at: datetime | None
    created_at: datetime
    modified_at: datetime

    @strawberry.field(description="Global id.")
    def id(root: strawberry.Parent[Any]) -> strawberry.ID:
        return strawberry.ID(global_id("RoutineRun", root.id))

    @strawberry.field(graphql_type=UserType | None)
    async def user(root: strawberry.Parent[Any], info: Info) -> Any:
        return await user_of(info, root.user_id)


@strawberry.input(description="Which routine templates; all given conditions must hold.")
class RoutineTemplateFilter:
    id: IdFilter | None = None
    name: StringFilter | None = None
    goal: StringFilter | None = None
    intensity: StringFilter | None = None
    status: StringFilter | None = None
    modified_at: DateTimeFilter | None = None
    and_: list["RoutineTemplateFilter"] | None = strawberry.field(name="and", default=None)
    or_: list["RoutineTemplateFilter"] | None = strawberry.field(name="or", default=None)


@strawberry.input(description="Which queued routines; all given conditions must hold.")
class RoutineInstanceFilter:
    id: IdFilter | None = None
    user: IdFilter | None = None
    status: StringFilter | None = strawberry.field(description="Such as queued or in-progress.", default=None)
    modified_at: DateTimeFilter | None = None


@strawberry.input(description="Which runs; all given conditions must hold.")
class RoutineRunFilter:
    id: IdFilter | None = None
    user: IdFilter | None = None
    status: StringFilter | None = strawberry.field(description="Such as in-progress.", default=None)
    created_at: DateTimeFilter | None = None
    modified_at: DateTimeFilter | None = None


async def instances_of_plan(info: Info, plan_id: UUID, paging: Paging) -> ConnectedPage:
    wanted = listing(info, OWNED_NEEDS, paging, None, BY_PLACE)
    return await page_of_owner(info, queue.instances_of_plans, plan_id, wanted, paging)


@strawberry.type
class RoutineQuery:
    @strawberry.field(
        description="Routine templates: what users may be given; to administrators drafts and the whole library too.",
        graphql_type=Connection[RoutineTemplate],
    )
    async def routine_templates(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: RoutineTemplateFilter | None = None,
    ) -> Any:
        paging = Paging(first, after, last, before)
        wanted = listing(info, TEMPLATE_NEEDS, paging, filter_of(filter, "RoutineTemplate"), BY_NAME)
        return ConnectedPage(await templates.list_templates(info.context.unit, wanted), paging)

    @strawberry.field(
        description="Routines in the queues of everybody you may see, by their place.",
        graphql_type=Connection[RoutineInstance],
    )
    async def routine_instances(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: RoutineInstanceFilter | None = None,
    ) -> Any:
        paging = Paging(first, after, last, before)
        wanted = listing(info, OWNED_NEEDS, paging, filter_of(filter, "RoutineInstance"), BY_PLACE)
        return ConnectedPage(await queue.list_instances(info.context.unit, wanted), paging)

    @strawberry.field(
        description="Runs of everybody you may see, newest first.", graphql_type=Connection[RoutineRun]
    )
    async def routine_runs(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: RoutineRunFilter | None = None,
    ) -> Any:
        paging = Paging(first, after, last, before)
        wanted = listing(info, OWNED_NEEDS, paging, filter_of(filter, "RoutineRun"), NEWEST_FIRST)
        return ConnectedPage(await runs.list_runs(info.context.unit, wanted), paging)
