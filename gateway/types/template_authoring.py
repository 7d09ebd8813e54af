"""Mutations of templates: authors create, change, publish, hide, archive and remove them."""

from typing import Any

import strawberry
from strawberry.scalars import JSON

from domain.templates import plans, workouts
from gateway.context import Context
from gateway.global_ids import read_global_id
from gateway.mutations import Operation, Payload, carried_out, given
from gateway.types.templates import TrainingPlanTemplate, WorkoutTemplate

Info = strawberry.Info[Context, None]
STEPS = (
    "Efforts {type, duration: {unit, value}, target: {metric, low, high}} and repeats {type, count, steps}."
)
BLOCKS = "[{name, phase, weeks: [{week, focus, isRecovery, days: [{day, type, workoutTemplateId}]}]}]"


@strawberry.input(description="A workout template. To change one, give only what changes.")
class WorkoutTemplateInput:
    name: strawberry.Maybe[str]
    description: strawberry.Maybe[str | None]
    category: strawberry.Maybe[str]
    sport: strawberry.Maybe[str]
    tags: strawberry.Maybe[list[str]]
    estimated_duration_seconds: strawberry.Maybe[int | None]
    estimated_distance_meters: strawberry.Maybe[int | None]
    estimated_load: strawberry.Maybe[float | None]
    steps: strawberry.Maybe[JSON] = strawberry.field(description=STEPS, default=None)


@strawberry.input(description="A training-plan template. To change one, give only what changes.")
class TrainingPlanTemplateInput:
    name: strawberry.Maybe[str]
    description: strawberry.Maybe[str | None]
    goal_distance: strawberry.Maybe[str]
    level: strawberry.Maybe[str]
    blocks: strawberry.Maybe[JSON] = strawberry.field(description=BLOCKS, default=None)


@strawberry.type(description="The workout template as it is now.")
class WorkoutTemplatePayload(Payload):
    workout_template: WorkoutTemplate | None = None


@strawberry.type(description="The training-plan template as it is now.")
class TrainingPlanTemplatePayload(Payload):
    training_plan_template: TrainingPlanTemplate | None = None


@strawberry.type(description="Whether the template is gone.")
class RemoveTemplatePayload(Payload):
    removed: bool = False


async def _workout(info: Info, operation: Operation[Any]) -> WorkoutTemplatePayload:
    template, errors = await carried_out(info, operation)
    return WorkoutTemplatePayload(user_errors=errors, workout_template=template)


async def _plan(info: Info, operation: Operation[Any]) -> TrainingPlanTemplatePayload:
    template, errors = await carried_out(info, operation)
    return TrainingPlanTemplatePayload(user_errors=errors, training_plan_template=template)


async def _removal(info: Info, operation: Operation[Any]) -> RemoveTemplatePayload:
    _, errors = await carried_out(info, operation)
    return RemoveTemplatePayload(user_errors=errors, removed=not errors)


@strawberry.type
class WorkoutTemplateMutation:
    @strawberry.mutation(description="A new workout template of your organization, private at first.")
    async def create_workout_template(
        self, info: Info, input: WorkoutTemplateInput
    ) -> WorkoutTemplatePayload:
        return await _workout(info, lambda unit: workouts.create_workout(unit, given(input)))

    @strawberry.mutation(
        description="Change what is given; the version grows only if something really differs."
    )
    async def change_workout_template(
        self, info: Info, id: strawberry.ID, input: WorkoutTemplateInput
    ) -> WorkoutTemplatePayload:
        return await _workout(
            info,
            lambda unit: workouts.change_workout(unit, read_global_id("WorkoutTemplate", id), given(input)),
        )

    @strawberry.mutation(description="Show it to partners: public and active.")
    async def publish_workout_template(self, info: Info, id: strawberry.ID) -> WorkoutTemplatePayload:
        return await _workout(
            info, lambda unit: workouts.publish_workout(unit, read_global_id("WorkoutTemplate", id))
        )

    @strawberry.mutation(description="Make it private again.")
    async def hide_workout_template(self, info: Info, id: strawberry.ID) -> WorkoutTemplatePayload:
        return await _workout(
            info, lambda unit: workouts.hide_workout(unit, read_global_id("WorkoutTemplate", id))
        )

    @strawberry.mutation(description="Keep it, out of partners' sight.")
    async def archive_workout_template(self, info: Info, id: strawberry.ID) -> WorkoutTemplatePayload:
        return await _workout(
            info, lambda unit: workouts.archive_workout(unit, read_global_id("WorkoutTemplate", id))
        )

    @strawberry.mutation(description="Delete it for good; plans that refer to it keep its name.")
    async def remove_workout_template(self, info: Info, id: strawberry.ID) -> RemoveTemplatePayload:
        return await _removal(
            info, lambda unit: workouts.remove_workout(unit, read_global_id("WorkoutTemplate", id))
        )


@strawberry.type
class TrainingPlanTemplateMutation:
    @strawberry.mutation(description="A new training-plan template of your organization, private at first.")
    async def create_training_plan_template(
        self, info: Info, input: TrainingPlanTemplateInput
    ) -> TrainingPlanTemplatePayload:
        return await _plan(info, lambda unit: plans.create_plan(unit, given(input)))

    @strawberry.mutation(
        description="Change what is given; the version grows only if something really differs."
    )
    async def change_training_plan_template(
        self, info: Info, id: strawberry.ID, input: TrainingPlanTemplateInput
    ) -> TrainingPlanTemplatePayload:
        return await _plan(
            info,
            lambda unit: plans.change_plan(unit, read_global_id("TrainingPlanTemplate", id), given(input)),
        )

    @strawberry.mutation(description="Show it to partners: public and active.")
    async def publish_training_plan_template(
        self, info: Info, id: strawberry.ID
    ) -> TrainingPlanTemplatePayload:
        return await _plan(
            info, lambda unit: plans.publish_plan(unit, read_global_id("TrainingPlanTemplate", id))
        )

    @strawberry.mutation(description="Make it private again.")
    async def hide_training_plan_template(self, info: Info, id: strawberry.ID) -> TrainingPlanTemplatePayload:
        return await _plan(
            info, lambda unit: plans.hide_plan(unit, read_global_id("TrainingPlanTemplate", id))
        )

    @strawberry.mutation(description="Keep it, out of partners' sight.")
    async def archive_training_plan_template(
        self, info: Info, id: strawberry.ID
    ) -> TrainingPlanTemplatePayload:
        return await _plan(
            info, lambda unit: plans.archive_plan(unit, read_global_id("TrainingPlanTemplate", id))
        )

    @strawberry.mutation(description="Delete it for good.")
    async def remove_training_plan_template(self, info: Info, id: strawberry.ID) -> RemoveTemplatePayload:
        return await _removal(
            info, lambda unit: plans.remove_plan(unit, read_global_id("TrainingPlanTemplate", id))
        )
