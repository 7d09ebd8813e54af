"""The GraphQL schema, composed from one module for each aggregate."""

from typing import Any

import strawberry
from graphql import (
    GraphQLNamedType,
    GraphQLSchema,
    Undefined,
    is_input_object_type,
    is_interface_type,
    is_object_type,
)
from strawberry.schema.config import StrawberryConfig

from gateway.types.account_mutations import AccountMutation
from gateway.types.accounts import AccountQuery
from gateway.types.activities import ActivityQuery
from gateway.types.api_key_mutations import ApiKeyMutation
from gateway.types.api_keys import ApiKeyQuery
from gateway.types.assessment_mutations import AssessmentMutation
from gateway.types.assessments import AssessmentQuery
from gateway.types.biometric_mutations import BiometricMutation
from gateway.types.biometrics import BiometricQuery
from gateway.types.exercise_mutations import ExerciseMutation
from gateway.types.exercises import ExerciseQuery
from gateway.types.fit_file_mutations import FitFileMutation
from gateway.types.fit_files import FitFileQuery
from gateway.types.group_mutations import GroupMutation
from gateway.types.groups import GroupQuery
from gateway.types.heart_rate import HeartRateQuery
from gateway.types.heart_rate_mutations import HeartRateMutation
from gateway.types.imports import ImportQuery
from gateway.types.job_mutations import JobMutation
from gateway.types.jobs import JobQuery
from gateway.types.nodes import NodeQuery
from gateway.types.organizations import OrganizationQuery
from gateway.types.pai import PaiQuery
from gateway.types.pai_calculation_mutations import PaiCalculationMutation
from gateway.types.pai_calculations import PaiCalculationQuery
from gateway.types.plans import PlanQuery
from gateway.types.program_exports import ProgramExportQuery
from gateway.types.program_invitations import ProgramInvitationQuery
from gateway.types.program_members import ProgramMemberQuery
from gateway.types.program_mutations import (
    ProgramAdministrationMutation,
    ProgramMutation,
    ProgramParticipationMutation,
)
from gateway.types.programs import ProgramQuery
from gateway.types.rate_limit import RateLimitQuery
from gateway.types.routine_authoring import RoutineAuthoringMutation
from gateway.types.routine_mutations import RoutineMutation
from gateway.types.routines import RoutineQuery
from gateway.types.runs import RunQuery
from gateway.types.scalars import SCALARS
from gateway.types.subscriptions import Subscription
from gateway.types.template_authoring import TrainingPlanTemplateMutation, WorkoutTemplateMutation
from gateway.types.templates import TemplateQuery
from gateway.types.training import TrainingQuery
from gateway.types.training_assessment_mutations import TrainingAssessmentMutation
from gateway.types.training_assessments import TrainingAssessmentQuery
from gateway.types.user_mutations import UserMutation
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
    NodeQuery,
    OrganizationQuery,
    AccountQuery,
    UserQuery,
    GroupQuery,
    ProgramQuery,
    ProgramMemberQuery,
    ProgramInvitationQuery,
    ProgramExportQuery,
    BiometricQuery,
    HeartRateQuery,
    ActivityQuery,
    TrainingQuery,
    PaiQuery,
    PaiCalculationQuery,
    Vo2MaxQuery,
    AssessmentQuery,
    TrainingAssessmentQuery,
    FitFileQuery,
    ImportQuery,
    TemplateQuery,
    PlanQuery,
    RoutineQuery,
    RunQuery,
    ExerciseQuery,
    JobQuery,
    WebhookQuery,
    ApiKeyQuery,
):
    pass


@strawberry.type(
    description="Everything you can change. Each mutation is carried out whole or not at all; see its userErrors."
)
class Mutation(
    UserMutation,
    AccountMutation,
    GroupMutation,
    ProgramMutation,
    ProgramAdministrationMutation,
    ProgramParticipationMutation,
    BiometricMutation,
    AssessmentMutation,
    TrainingAssessmentMutation,
    HeartRateMutation,
    PaiCalculationMutation,
    FitFileMutation,
    WorkoutTemplateMutation,
    TrainingPlanTemplateMutation,
    RoutineAuthoringMutation,
    RoutineMutation,
    ExerciseMutation,
    JobMutation,
    WebhookMutation,
    ApiKeyMutation,
):
    pass


ABOUT = """An open gateway for health and training data: people, what they measured, how they trained, how it scored.

Start with `viewer`, which tells who you are and what you may read. Lists are Relay connections: pass `first` or `last`.
Whatever has an `id` is found again by `node`."""


class Schema(strawberry.Schema):
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.graphql.description = ABOUT
        for kind in self.graphql.type_map.values():
            _without_empty_defaults(kind)

    @property
    def graphql(self) -> GraphQLSchema:
        """graphql-core's own, which validates and executes."""
        return self._schema


def _without_empty_defaults(kind: GraphQLNamedType) -> None:
    """What may be left out says so by its type: a null as its default says it again, four times for each list."""
    if is_object_type(kind) or is_interface_type(kind):
        given = [argument for one in kind.fields.values() for argument in one.args.values()]
    else:
        given = list(kind.fields.values()) if is_input_object_type(kind) else []
    for one in given:
        if one.default_value is None:
            one.default_value = Undefined


schema = Schema(Query, Mutation, Subscription, config=StrawberryConfig(scalar_map=SCALARS))
