"""Workout and training-plan templates, to read."""

from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from domain.listing import Order
from domain.templates import plans, workouts
from gateway.context import Context
from gateway.global_ids import global_id
from gateway.selection import Needs
from gateway.types.connections import After, Before, ConnectedPage, Connection, First, Last, Paging, listing
from gateway.types.filters import DateTimeFilter, IdFilter, StringFilter, filter_of

NEEDS: Needs = {"id": frozenset({"id"}), "uuid": frozenset({"id"})}
BY_NAME = (Order("name"),)
Info = strawberry.Info[Context, None]


@strawberry.type(description="A structured workout to plan with.")
class WorkoutTemplate:
    uuid: UUID = strawberry.field(description="The id that the REST APIs use.", resolver=lambda root: root.id)
    name: str
    description: str | None
    category: str
    sport: str
    tags: list[str]
    estimated_duration_seconds: int | None
    estimated_distance_meters: int | None
    estimated_load: float | None
    steps: JSON = strawberry.field(description="Warm-up, work, recovery and repeats, in order.")
    visibility: str
    status: str
    version: int
    created_at: datetime
    modified_at: datetime

    @strawberry.field(description="Global id.")
    def id(root: strawberry.Parent[Any]) -> strawberry.ID:
        return strawberry.ID(global_id("WorkoutTemplate", root.id))


@strawberry.type(description="A training plan in blocks of weeks, whose days refer to workout templates.")
class TrainingPlanTemplate:
    uuid: UUID = strawberry.field(description="The id that the REST APIs use.", resolver=lambda root: root.id)
    name: str
    description: str | None
    goal_distance: str
    level: str
    duration_weeks: int
    sessions_per_week: int = strawberry.field(description="Of its fullest week.")
    blocks: JSON = strawberry.field(
        description="Blocks with their weeks, and these with their days; 1 is Monday."
    )
    visibility: str
    status: str
    version: int
    created_at: datetime
    modified_at: datetime

    @strawberry.field(description="Global id.")
    def id(root: strawberry.Parent[Any]) -> strawberry.ID:
        return strawberry.ID(global_id("TrainingPlanTemplate", root.id))


@strawberry.input(description="Which templates; all given conditions must hold.")
class WorkoutTemplateFilter:
    id: IdFilter | None = None
    name: StringFilter | None = None
    category: StringFilter | None = None
    sport: StringFilter | None = None
    visibility: StringFilter | None = None
    status: StringFilter | None = None
    modified_at: DateTimeFilter | None = None
    and_: list["WorkoutTemplateFilter"] | None = strawberry.field(name="and", default=None)
    or_: list["WorkoutTemplateFilter"] | None = strawberry.field(name="or", default=None)


@strawberry.input(description="Which templates; all given conditions must hold.")
class TrainingPlanTemplateFilter:
    id: IdFilter | None = None
    name: StringFilter | None = None
    goal_distance: StringFilter | None = None
    level: StringFilter | None = None
    visibility: StringFilter | None = None
    status: StringFilter | None = None
    modified_at: DateTimeFilter | None = None
    and_: list["TrainingPlanTemplateFilter"] | None = strawberry.field(name="and", default=None)
    or_: list["TrainingPlanTemplateFilter"] | None = strawberry.field(name="or", default=None)


@strawberry.type
class TemplateQuery:
    @strawberry.field(
        description="Workout templates: public and active ones, and your organization's, by name.",
        graphql_type=Connection[WorkoutTemplate],
    )
    async def workout_templates(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: WorkoutTemplateFilter | None = None,
    ) -> Any:
        paging = Paging(first, after, last, before)
        wanted = listing(info, NEEDS, paging, filter_of(filter, "WorkoutTemplate"), BY_NAME)
        return ConnectedPage(await workouts.list_workouts(info.context.unit, wanted), paging)

    @strawberry.field(
        description="Training-plan templates: public and active ones, and your organization's, by name.",
        graphql_type=Connection[TrainingPlanTemplate],
    )
    async def training_plan_templates(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: TrainingPlanTemplateFilter | None = None,
    ) -> Any:
        paging = Paging(first, after, last, before)
        wanted = listing(info, NEEDS, paging, filter_of(filter, "TrainingPlanTemplate"), BY_NAME)
        return ConnectedPage(await plans.list_plans(info.context.unit, wanted), paging)
