"""Recording a VO2 max assessment."""

import datetime as dt
from typing import Any
from uuid import UUID

import strawberry

from domain import vo2max, vo2max_assessments
from domain.scoring.vo2max import Duration, Frequency, Intensity
from domain.unit import Unit
from domain.vo2max_assessments import Answers
from gateway.context import Context
from gateway.global_ids import read_global_id
from gateway.mutations import Payload, carried_out
from gateway.selection import columns_for
from gateway.types.assessments import (
    NEEDS,
    ActivityDuration,
    ActivityFrequency,
    ActivityIntensity,
    Vo2MaxAssessment,
)

Info = strawberry.Info[Context, None]


@strawberry.input(
    description="What a user says of their habits. A measure that is not given is taken from the biometrics."
)
class Vo2MaxAssessmentInput:
    date: dt.date = strawberry.field(description="The user's local day; none that is still to come.")
    activity_frequency: ActivityFrequency
    activity_intensity: ActivityIntensity
    activity_duration: ActivityDuration
    resting_heart_rate_bpm: float | None = strawberry.field(
        description="Heart rate at rest in beats per minute, 20 to 150.", default=None
    )
    weight_kg: float | None = strawberry.field(description="In kilograms, 20 to 500.", default=None)
    height_cm: float | None = strawberry.field(description="In centimetres, 50 to 280.", default=None)
    waist_cm: float | None = strawberry.field(
        description="Waist circumference in centimetres, 30 to 300; it tells more than weight and height.",
        default=None,
    )


@strawberry.type(description="The assessment as it was kept.")
class Vo2MaxAssessmentPayload(Payload):
    assessment_id: strawberry.Private[UUID | None] = None

    @strawberry.field(graphql_type=Vo2MaxAssessment | None)
    async def vo2max_assessment(self, info: Info) -> Any:
        if self.assessment_id is None:
            return None
        wanted = columns_for(info, NEEDS) | {"id"}
        return await vo2max.get_assessment(info.context.unit, self.assessment_id, wanted)


@strawberry.type
class AssessmentMutation:
    @strawberry.mutation(
        description="Keep what a user says of their habits; it is the day's VO2 max summary at once."
    )
    async def record_vo2_max_assessment(
        self, info: Info, user_id: strawberry.ID, input: Vo2MaxAssessmentInput
    ) -> Vo2MaxAssessmentPayload:
        async def operation(unit: Unit) -> UUID:
            return await vo2max_assessments.record(unit, read_global_id("User", user_id), _answers(input))

        recorded, errors = await carried_out(info, operation)
        return Vo2MaxAssessmentPayload(user_errors=errors, assessment_id=recorded)


def _answers(input: Vo2MaxAssessmentInput) -> Answers:
    return Answers(
        input.date,
        Frequency(input.activity_frequency.value),
        Intensity(input.activity_intensity.value),
        Duration(input.activity_duration.value),
        {name: getattr(input, name) for name in vo2max_assessments.MEASURES},
    )
