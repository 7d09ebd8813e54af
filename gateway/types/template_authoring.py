"""Mutations of templates: authors create, change, publish, hide, archive and remove them."""

from typing import Any
from uuid import UUID

import strawberry

from domain.templates import plans, workouts
from domain.unit import Unit
from domain.viewer import Scope
from gateway.global_ids import read_global_id
from gateway.mutations import Payload, given, mutation
from gateway.types.nodes import Id, field
from gateway.types.payloads import Removal, changed
from gateway.types.plan_block_inputs import PlanBlockInput
from gateway.types.plan_block_inputs import documents_of as blocks_of
from gateway.types.templates import GoalDistance, PlanLevel, WorkoutCategory, WorkoutSport
from gateway.types.workout_step_inputs import WorkoutStepInput, documents_of, told_of


@strawberry.input(description="A workout template. To change one, give only what changes.")
class WorkoutTemplateInput:
    name: strawberry.Maybe[str | None] = field("What it is called; needed to create one.", default=None)
    description: strawberry.Maybe[str | None] = field("What it is, for those who do it.", default=None)
    category: strawberry.Maybe[WorkoutCategory | None] = field(
        "What it is for; needed to create one.", default=None
    )
    sport: strawberry.Maybe[WorkoutSport | None] = field("Running unless said.", default=None)
    tags: strawberry.Maybe[list[str] | None] = field("What it is to be found by.", default=None)
    estimated_duration_seconds: strawberry.Maybe[int | None] = field(
        "How long it takes; worked out from the steps if they say it.", default=None
    )
    estimated_distance_meters: strawberry.Maybe[int | None] = field(
        "How far it goes; worked out from the steps if they say it.", default=None
    )
    estimated_load: strawberry.Maybe[float | None] = field("The training load to expect.", default=None)
    steps: strawberry.Maybe[list[WorkoutStepInput] | None] = field(
        "All of its steps, in order; needed to create one.", default=None
    )


@strawberry.input(description="A training-plan template. To change one, give only what changes.")
class TrainingPlanTemplateInput:
    name: strawberry.Maybe[str | None] = field("What it is called; needed to create one.", default=None)
    description: strawberry.Maybe[str | None] = field("What it is, for those who follow it.", default=None)
    goal_distance: strawberry.Maybe[GoalDistance | None] = field(
        "The race it leads to; needed to create one.", default=None
    )
    level: strawberry.Maybe[PlanLevel | None] = field(
        "Whom it suits; intermediate unless said.", default=None
    )
    blocks: strawberry.Maybe[list[PlanBlockInput] | None] = field(
        "All of its blocks, in order; needed to create one.", default=None
    )


@strawberry.type(description="The workout template as it is now.")
class WorkoutTemplatePayload(Payload):
    workout_template = changed("templates.WorkoutTemplate", "The workout template as it is now.")


@strawberry.type(description="The training-plan template as it is now.")
class TrainingPlanTemplatePayload(Payload):
    training_plan_template = changed(
        "templates.TrainingPlanTemplate", "The training-plan template as it is now."
    )


@strawberry.type(description="Whether the template is gone.")
class RemoveTemplatePayload(Removal):
    pass


@strawberry.type
class WorkoutTemplateMutation:
    @mutation(WorkoutTemplatePayload, Scope.TEMPLATES_WRITE)
    async def create_workout_template(self, unit: Unit, input: WorkoutTemplateInput) -> UUID:
        """A new workout template of your organization, private at first."""
        with told_of(_steps(input)):
            return (await workouts.create_workout(unit, _of_workout(input))).id

    @mutation(WorkoutTemplatePayload, Scope.TEMPLATES_WRITE)
    async def change_workout_template(self, unit: Unit, id: Id, input: WorkoutTemplateInput) -> UUID:
        """Change what is given; the version grows only if something really differs."""
        with told_of(_steps(input)):
            return (await workouts.change_workout(unit, _workout(id), _of_workout(input))).id

    @mutation(WorkoutTemplatePayload, Scope.TEMPLATES_WRITE)
    async def publish_workout_template(self, unit: Unit, id: Id) -> UUID:
        """Show it to partners: public and active."""
        return (await workouts.publish_workout(unit, _workout(id))).id

    @mutation(WorkoutTemplatePayload, Scope.TEMPLATES_WRITE)
    async def hide_workout_template(self, unit: Unit, id: Id) -> UUID:
        """Make it private again."""
        return (await workouts.hide_workout(unit, _workout(id))).id

    @mutation(WorkoutTemplatePayload, Scope.TEMPLATES_WRITE)
    async def archive_workout_template(self, unit: Unit, id: Id) -> UUID:
        """Keep it, out of partners' sight."""
        return (await workouts.archive_workout(unit, _workout(id))).id

    @mutation(RemoveTemplatePayload, Scope.TEMPLATES_WRITE)
    async def remove_workout_template(self, unit: Unit, id: Id) -> None:
        """Delete it for good; plans that refer to it keep its name."""
        await workouts.remove_workout(unit, _workout(id))


@strawberry.type
class TrainingPlanTemplateMutation:
    @mutation(TrainingPlanTemplatePayload, Scope.TEMPLATES_WRITE)
    async def create_training_plan_template(self, unit: Unit, input: TrainingPlanTemplateInput) -> UUID:
        """A new training-plan template of your organization, private at first."""
        return (await plans.create_plan(unit, _of_plan(input))).id

    @mutation(TrainingPlanTemplatePayload, Scope.TEMPLATES_WRITE)
    async def change_training_plan_template(
        self, unit: Unit, id: Id, input: TrainingPlanTemplateInput
    ) -> UUID:
        """Change what is given; the version grows only if something really differs."""
        return (await plans.change_plan(unit, _plan(id), _of_plan(input))).id

    @mutation(TrainingPlanTemplatePayload, Scope.TEMPLATES_WRITE)
    async def publish_training_plan_template(self, unit: Unit, id: Id) -> UUID:
        """Show it to partners: public and active."""
        return (await plans.publish_plan(unit, _plan(id))).id

    @mutation(TrainingPlanTemplatePayload, Scope.TEMPLATES_WRITE)
    async def hide_training_plan_template(self, unit: Unit, id: Id) -> UUID:
        """Make it private again."""
        return (await plans.hide_plan(unit, _plan(id))).id

    @mutation(TrainingPlanTemplatePayload, Scope.TEMPLATES_WRITE)
    async def archive_training_plan_template(self, unit: Unit, id: Id) -> UUID:
        """Keep it, out of partners' sight."""
        return (await plans.archive_plan(unit, _plan(id))).id

    @mutation(RemoveTemplatePayload, Scope.TEMPLATES_WRITE)
    async def remove_training_plan_template(self, unit: Unit, id: Id) -> None:
        """Delete it for good."""
        await plans.remove_plan(unit, _plan(id))


def _steps(input: WorkoutTemplateInput) -> list[WorkoutStepInput] | None:
    return None if input.steps is None else input.steps.value


def _of_workout(input: WorkoutTemplateInput) -> dict[str, Any]:
    steps = _steps(input)
    return given(input) if steps is None else given(input) | {"steps": documents_of(steps)}


def _of_plan(input: TrainingPlanTemplateInput) -> dict[str, Any]:
    blocks = None if input.blocks is None else input.blocks.value
    return given(input) if blocks is None else given(input) | {"blocks": blocks_of(blocks)}


def _workout(id: Any) -> UUID:
    return read_global_id("WorkoutTemplate", id)


def _plan(id: Any) -> UUID:
    return read_global_id("TrainingPlanTemplate", id)
