"""Recording a VO2 max assessment."""

import datetime as dt
from uuid import UUID

import strawberry

from domain import vo2max_assessments
from domain.scoring.vo2max import Duration, Frequency, Intensity
from domain.unit import Unit
from domain.viewer import Scope
from domain.vo2max_assessments import Answers
from gateway.global_ids import read_global_id
from gateway.mutations import Payload, mutation
from gateway.types.assessments import ActivityDuration, ActivityFrequency, ActivityIntensity
from gateway.types.nodes import Id, field
from gateway.types.payloads import changed


@strawberry.input(
    description="What a user says of their habits. A measure that is not given is taken from the biometrics."
)
class Vo2MaxAssessmentInput:
    date: dt.date = field("The user's local day; none that is still to come.")
    activity_frequency: ActivityFrequency = field("How often the user exercises.")
    activity_intensity: ActivityIntensity = field("How hard the user exercises.")
    activity_duration: ActivityDuration = field("How long the user exercises at a time.")
    resting_heart_rate_bpm: float | None = field(
        "Heart rate at rest in beats per minute, 20 to 150.", default=None
    )
    weight_kg: float | None = field("In kilograms, 20 to 500.", default=None)
    height_cm: float | None = field("In centimetres, 50 to 280.", default=None)
    waist_cm: float | None = field(
        "Waist circumference in centimetres, 30 to 300; it tells more than weight and height.", default=None
    )


@strawberry.type(description="The assessment as it was kept.")
class Vo2MaxAssessmentPayload(Payload):
    vo2max_assessment = changed("assessments.Vo2MaxAssessment", "The assessment as it was kept.")


@strawberry.type
class AssessmentMutation:
    @mutation(Vo2MaxAssessmentPayload, Scope.VO2MAX_WRITE)
    async def record_vo2_max_assessment(self, unit: Unit, user_id: Id, input: Vo2MaxAssessmentInput) -> UUID:
        """Keep what a user says of their habits; it is the day's VO2 max summary at once."""
        return await vo2max_assessments.record(unit, read_global_id("User", user_id), _answers(input))


def _answers(input: Vo2MaxAssessmentInput) -> Answers:
    return Answers(
        input.date,
        Frequency(str(input.activity_frequency.value)),
        Intensity(str(input.activity_intensity.value)),
        Duration(str(input.activity_duration.value)),
        {name: getattr(input, name) for name in vo2max_assessments.MEASURES},
    )
