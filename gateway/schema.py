"""The GraphQL schema, composed from one module for each aggregate."""

import strawberry
from strawberry.schema.config import StrawberryConfig

from gateway.admission import Admission, Schema
from gateway.types.activities import ActivityQuery
from gateway.types.api_keys import ApiKeyMutation, ApiKeyQuery
from gateway.types.assessment_mutations import AssessmentMutation
from gateway.types.assessments import AssessmentQuery
from gateway.types.biometric_mutations import BiometricMutation
from gateway.types.biometrics import BiometricQuery
from gateway.types.fit_file_mutations import FitFileMutation
from gateway.types.fit_files import FitFileQuery
from gateway.types.heart_rate import HeartRateQuery
from gateway.types.imports import ImportQuery
from gateway.types.jobs import JobMutation, JobQuery
from gateway.types.pai import PaiQuery
from gateway.types.pai_calculation_mutations import PaiCalculationMutation
from gateway.types.pai_calculations import PaiCalculationQuery
from gateway.types.plans import PlanQuery
from gateway.types.profile_mutations import ProfileMutation
from gateway.types.rate_limit import RateLimitQuery
from gateway.types.routines import RoutineQuery
from gateway.types.streams import COLUMN, Column
from gateway.types.subscriptions import Subscription
from gateway.types.template_authoring import TrainingPlanTemplateMutation, WorkoutTemplateMutation
from gateway.types.templates import TemplateQuery
from gateway.types.training import TrainingQuery
from gateway.types.users import UserQuery
from gateway.types.viewer import ViewerQuery
from gateway.types.vo2max import Vo2MaxQuery
from gateway.types.webhook_mutations import WebhookMutation
from gateway.types.webhooks import WebhookQuery


@strawberry.type(
    description="Everything you can read. Lists are Relay connections: pass first or last, 100 at most."
)
class Query(
    ViewerQuery,
    RateLimitQuery,
    UserQuery,
    BiometricQuery,
    HeartRateQuery,
    ActivityQuery,
    TrainingQuery,
    PaiQuery,
    PaiCalculationQuery,
    Vo2MaxQuery,
    AssessmentQuery,
    FitFileQuery,
    ImportQuery,
    TemplateQuery,
    PlanQuery,
    RoutineQuery,
    JobQuery,
    WebhookQuery,
    ApiKeyQuery,
):
    pass


@strawberry.type(
    description="Everything you can change. Each mutation is carried out whole or not at all; see its userErrors."
)
class Mutation(
    ProfileMutation,
    BiometricMutation,
    AssessmentMutation,
    PaiCalculationMutation,
    FitFileMutation,
    WorkoutTemplateMutation,
    TrainingPlanTemplateMutation,
    JobMutation,
    WebhookMutation,
    ApiKeyMutation,
):
    pass


schema = Schema(
    Query,
    Mutation,
    Subscription,
    extensions=[Admission],
    config=StrawberryConfig(scalar_map={Column: COLUMN}),
)
