"""Plans, the queue, and the runs in which routines are done."""

from typing import Annotated
from uuid import UUID

import strawberry
from strawberry.utils.str_converters import to_camel_case

from domain import assigning, clients, plans
from domain.routines import queue, runs, syncing
from domain.routines.states import RunStatus
from domain.routines.syncing import News
from domain.unit import Unit
from domain.viewer import Scope
from gateway.global_ids import read_global_id
from gateway.mutations import Payload, given, mutation
from gateway.types.nodes import Id, field
from gateway.types.payloads import changed
from gateway.types.routine_words import RoutineIntensity
from gateway.types.runs import RoutineRunStatus
from rest_compat.gofa.bodies import Assignment, RunChange, Start, Wishes, judged

WISHES = {
    "preferred_session_minutes": "preferred_session_duration_minutes",
    "equipment": "equipment_availability",
    "allow_duplicates": "allow_duplicate_routine_templates",
}
"""Our words for a plan's wishes → GOFA's, by whose bounds they are judged."""
SPELLED = {to_camel_case(documented): to_camel_case(ours) for ours, documented in WISHES.items()}

StartedFrom = Annotated[str, strawberry.argument(description="Where in the app it was started.")]
Place = Annotated[
    int | None, strawberry.argument(description="Its place in the queue, from 0; the last unless said.")
]
Twice = Annotated[bool, strawberry.argument(description="Queue it although the user has it queued already.")]


@strawberry.input(
    description="What a plan should be like. What is not given is as the user prefers, or is advised."
)
class TrainingPlanInput:
    goal: str | None = field("What it is for, such as balance.", default=None)
    intensity: RoutineIntensity | None = field("How hard it may be.", default=None)
    frequency: int | None = field("Sessions a week, 1 to 14.", default=None)
    preferred_session_minutes: int | None = field("How long a session should take, 5 to 180.", default=None)
    equipment: list[str] | None = field("What the user has.", default=None)
    allow_duplicates: bool | None = field("Whether a routine may come twice.", default=None)


@strawberry.input(description="How to move a run on; give at least one.")
class RoutineRunInput:
    status: RoutineRunStatus | None = field("What it becomes, as its state allows.", default=None)
    current_step_index: int | None = field("The step the user is at, from 0.", default=None)


@strawberry.input(description="What became of a step; nothing given looks at everything there is.")
class SyncRoutineRunInput:
    exercise_session_id: strawberry.ID | None = field("The AI Move session that did it.", default=None)
    sequence_index: int | None = field("Which step, from 0.", default=None)
    guided_complete: bool = field("The user says that a guided step is done.", default=False)
    skipped: bool = field("The user skips it.", default=False)


@strawberry.type(description="The new plan.")
class TrainingPlanPayload(Payload):
    training_plan = changed("plans.TrainingPlan", "The new plan; the one before it is archived.")


@strawberry.type(description="The queued routine as it is now.")
class RoutineInstancePayload(Payload):
    routine_instance = changed("routines.RoutineInstance", "The queued routine as it is now.")


@strawberry.type(description="The run as it is now.")
class RoutineRunPayload(Payload):
    routine_run = changed("runs.RoutineRun", "The run as it is now.")


@strawberry.type
class RoutineMutation:
    @mutation(TrainingPlanPayload, Scope.PLANS_WRITE, spelled=SPELLED)
    async def generate_training_plan(self, unit: Unit, user_id: Id, input: TrainingPlanInput) -> UUID:
        """Make a new active plan, for yourself or as an administrator for anybody; the rules choose its routines."""
        await clients.enter(unit, Scope.PLANS_WRITE)
        wishes = given(input)
        for ours, documented in WISHES.items():
            if ours in wishes:
                wishes[documented] = wishes.pop(ours)
        asked = judged(wishes, Wishes, by_name=True).as_asked()
        return await plans.generate_plan(unit, read_global_id("User", user_id), asked)

    @mutation(RoutineInstancePayload, Scope.ROUTINES_AUTHOR)
    async def assign_routine_template(
        self,
        unit: Unit,
        user_id: Id,
        routine_template_id: Id,
        queue_index: Place = None,
        allow_duplicates: Twice = False,
    ) -> UUID:
        """Queue a routine template for a user, in the plan there is or a new one."""
        await clients.enter(unit, Scope.ROUTINES_AUTHOR)
        judged(
            {"routine_template_id": routine_template_id, "queue_index": queue_index}, Assignment, by_name=True
        )
        return await assigning.assign_template(
            unit,
            read_global_id("User", user_id),
            read_global_id("RoutineTemplate", routine_template_id),
            queue_index=queue_index,
            allow_duplicates=allow_duplicates,
        )

    @mutation(RoutineInstancePayload, Scope.ROUTINES_RUN)
    async def defer_routine_instance(self, unit: Unit, id: Id) -> UUID:
        """Put one of your queued routines behind all others."""
        await clients.enter(unit, Scope.ROUTINES_RUN)
        instance_id = read_global_id("RoutineInstance", id)
        await queue.defer(unit, instance_id)
        return instance_id

    @mutation(RoutineRunPayload, Scope.ROUTINES_RUN)
    async def start_routine_run(self, unit: Unit, routine_instance_id: Id, started_from: StartedFrom) -> UUID:
        """Begin one of your queued routines; one that is begun gives the run that is open."""
        await clients.enter(unit, Scope.ROUTINES_RUN)
        sent = {"routine_instance_id": routine_instance_id, "started_from": started_from}
        where = judged(sent, Start, by_name=True).started_from
        instance_id = read_global_id("RoutineInstance", routine_instance_id)
        run_id, _ = await runs.start_run(unit, instance_id, where)
        return run_id

    @mutation(RoutineRunPayload, Scope.ROUTINES_RUN)
    async def change_routine_run(self, unit: Unit, id: Id, input: RoutineRunInput) -> UUID:
        """Move one of your runs on by hand, or remember where you are."""
        await clients.enter(unit, Scope.ROUTINES_RUN)
        run_id, sent = read_global_id("RoutineRun", id), judged(given(input), RunChange, by_name=True)
        status = None if sent.status is None else RunStatus(sent.status)
        await runs.change_run(unit, run_id, status=status, current_step_index=sent.current_step_index)
        return run_id

    @mutation(RoutineRunPayload, Scope.ROUTINES_RUN, spelled={"aiMoveSessionId": "exerciseSessionId"})
    async def sync_routine_run(self, unit: Unit, id: Id, input: SyncRoutineRunInput) -> UUID:
        """Let one of your runs know what became of its steps, in any order and as often as you like."""
        await clients.enter(unit, Scope.ROUTINES_RUN)
        run_id, session = read_global_id("RoutineRun", id), input.exercise_session_id
        news = News(
            session_id=None if session is None else read_global_id("ExerciseSession", session),
            sequence_index=input.sequence_index,
            guided_complete=input.guided_complete,
            skipped=input.skipped,
        )
        await syncing.sync(unit, run_id, news)
        return run_id
