"""Recording what was found out about a user."""

import datetime as dt
from uuid import UUID

import strawberry

from domain import assessments
from domain.assessments import AssessmentKind as DomainKind
from domain.unit import Unit
from domain.viewer import Scope
from gateway.global_ids import read_global_id
from gateway.mutations import Payload, given, mutation
from gateway.types.nodes import Id, field
from gateway.types.payloads import changed
from gateway.types.routine_words import RoutineIntensity
from gateway.types.training_assessments import AssessmentKind, AssessmentLevel

SPELLED = {"minutes": "preferences.sessionMinutes"} | {
    name: f"preferences.{name}" for name in ("goal", "intensity", "frequency", "likes", "dislikes")
}


@strawberry.input(description="What a user would like.")
class TrainingPreferencesInput:
    goal: str | None = field("What training is for, such as balance.", default=None)
    intensity: RoutineIntensity | None = field("How hard it should be.", default=None)
    frequency: int | None = field("Sessions a week, 1 to 14.", default=None)
    session_minutes: int | None = field("How long a session should take, 5 to 180.", default=None)
    likes: list[str] | None = field("Tags of routines the user likes.", default=None)
    dislikes: list[str] | None = field("Tags of routines the user does not like.", default=None)


@strawberry.input(description="An assessment: a level of risk, or what the user would like.")
class TrainingAssessmentInput:
    kind: AssessmentKind = field("What was assessed.")
    level: AssessmentLevel | None = field("What was found; needed but for preferences.", default=None)
    preferences: TrainingPreferencesInput | None = field("Of preferences alone.", default=None)
    assessed_at: dt.datetime | None = field("When; now unless said.", default=None)


@strawberry.type(description="The assessment as it was kept.")
class TrainingAssessmentPayload(Payload):
    training_assessment = changed("training_assessments.TrainingAssessment", "The assessment as it was kept.")


@strawberry.type
class TrainingAssessmentMutation:
    @mutation(TrainingAssessmentPayload, Scope.ASSESSMENTS_WRITE, spelled=SPELLED)
    async def record_training_assessment(
        self, unit: Unit, user_id: Id, input: TrainingAssessmentInput
    ) -> UUID:
        """Keep what was found out about a user; it counts from the next training plan on."""
        told = None if input.preferences is None else given(input.preferences)
        if told and "session_minutes" in told:
            told["minutes"] = told.pop("session_minutes")
        return await assessments.record_assessment(
            unit,
            read_global_id("User", user_id),
            DomainKind(str(input.kind.value)),
            level=None if input.level is None else str(input.level.value),
            preferences=told,
            assessed_at=input.assessed_at,
        )
