"""The GraphQL schema, composed from one module for each aggregate."""

from collections.abc import Iterator
from typing import Any

import strawberry
from graphql import GraphQLError, OperationDefinitionNode
from strawberry.extensions import MaxTokensLimiter, ParserCache, SchemaExtension, ValidationCache
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

from domain.errors import Unavailable
from gateway.errors import word
from gateway.limits import DocumentLimiter, Limits
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
from gateway.types.imports import ImportQuery
from gateway.types.job_mutations import JobMutation
from gateway.types.jobs import JobQuery
from gateway.types.nodes import NodeQuery
from gateway.types.organizations import OrganizationQuery
from gateway.types.pai import PaiQuery
from gateway.types.pai_calculation_mutations import PaiCalculationMutation
from gateway.types.pai_calculations import PaiCalculationQuery
from gateway.types.plans import PlanQuery
from gateway.types.routine_authoring import RoutineAuthoringMutation
from gateway.types.routine_mutations import RoutineMutation
from gateway.types.routines import RoutineQuery
from gateway.types.runs import RunQuery
from gateway.types.scalars import SCALARS
from gateway.types.template_authoring import TrainingPlanTemplateMutation, WorkoutTemplateMutation
from gateway.types.templates import TemplateQuery
from gateway.types.training import TrainingQuery
from gateway.types.user_mutations import UserMutation
from gateway.types.users import UserQuery
from gateway.types.viewer import ViewerQuery
from gateway.types.vo2max import Vo2MaxQuery
from gateway.types.webhook_mutations import WebhookMutation
from gateway.types.webhooks import WebhookQuery

MAX_TOKENS = 2000
CACHED_DOCUMENTS = 500


@strawberry.type(
    description="Everything you can read. Lists are Relay connections: pass first or last, 100 at most."
)
class Query(
    ViewerQuery,
    NodeQuery,
    OrganizationQuery,
    AccountQuery,
    UserQuery,
    GroupQuery,
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
    BiometricMutation,
    AssessmentMutation,
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


class Schema(strawberry.Schema):
    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Every error passes here, whatever stage it comes from."""
        for error in errors:
            word(error)
            if execution_context and isinstance(error.original_error, Unavailable):
                execution_context.context.outage = error.original_error


class OneOperation(SchemaExtension):
    """Several operations and no name to choose by is an error in GraphQL; Strawberry would take the first."""

    def on_validate(self) -> Iterator[None]:
        context = self.execution_context
        definitions = context.graphql_document.definitions if context.graphql_document else ()
        operations = [d for d in definitions if isinstance(d, OperationDefinitionNode)]
        if len(operations) > 1 and context._provided_operation_name is None:  # noqa: SLF001  no public way
            sentence = "Pass an operationName: the document has several operations"
            context.pre_execution_errors = [
                GraphQLError(sentence, extensions={"code": "OPERATION_RESOLUTION_FAILURE"})
            ]
        yield


class Validated(ValidationCache):
    """Validates each of the latest documents once, and none that was refused already."""

    def on_validate(self) -> Iterator[None]:
        if self.execution_context.pre_execution_errors:
            yield
        else:
            yield from super().on_validate()


def _extensions() -> list[Any]:
    """In this order: read, refuse, and only then validate."""
    return [
        lambda: MaxTokensLimiter(max_token_count=MAX_TOKENS),
        lambda: ParserCache(maxsize=CACHED_DOCUMENTS),
        OneOperation,
        lambda: DocumentLimiter(Limits()),
        lambda: Validated(maxsize=CACHED_DOCUMENTS),
    ]


schema = Schema(Query, Mutation, extensions=_extensions(), config=StrawberryConfig(scalar_map=SCALARS))
