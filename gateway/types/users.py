"""Users, and what belongs to each of them."""

from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

import strawberry

from domain import users
from domain.listing import Compare, Operator, Order
from gateway.context import Context
from gateway.global_ids import read_global_id
from gateway.types.activities import ACTIVITIES
from gateway.types.assessments import VO2MAX_ASSESSMENTS
from gateway.types.biometrics import BIOMETRICS
from gateway.types.exercises import EXERCISE_SESSIONS
from gateway.types.fit_files import FIT_FILES
from gateway.types.groups import GROUP_MEMBERSHIPS
from gateway.types.heart_rate import HEART_RATE_DAYS
from gateway.types.imports import IMPORTS
from gateway.types.many import Many
from gateway.types.nodes import NODES, Id, Node, field, found_node, node
from gateway.types.pai import PAI_SUMMARIES
from gateway.types.pai_calculations import PAI_CALCULATIONS
from gateway.types.plans import TRAINING_PLANS
from gateway.types.program_invitations import PROGRAM_INVITATIONS
from gateway.types.program_members import PROGRAM_MEMBERS
from gateway.types.relations import one
from gateway.types.routines import ROUTINE_INSTANCES
from gateway.types.runs import ROUTINE_RUNS
from gateway.types.training import TRAINING_DAYS
from gateway.types.training_assessments import TRAINING_ASSESSMENTS
from gateway.types.vo2max import VO2MAX_CALCULATIONS, VO2MAX_SUMMARIES

Info = strawberry.Info[Context, None]


@strawberry.enum(description="As the models of the scores know it.")
class Sex(Enum):
    FEMALE = strawberry.enum_value("Female", description="The models' female formulas are used.")
    MALE = strawberry.enum_value("Male", description="The models' male formulas are used.")


@strawberry.enum(description="What a person likes to read; the API itself speaks metric.")
class Units(Enum):
    METRIC = strawberry.enum_value("Metric", description="Kilograms, centimetres, kilometres.")
    IMPERIAL = strawberry.enum_value("Imperial", description="Pounds, inches, miles.")


@node(users.USERS, "A person whose health data this is.")
class User(Node):
    organization_id: UUID = field(
        "The REST id of the user's organization.", deprecated="Select `organization { uuid }`."
    )
    organization = one("organizations.Organization", "organization_id", "Whose user this is.")
    account = one("accounts.Account", "account_id", "What the user signs in with; null without an account.")
    external_id: str | None = field("What the organization's own systems call the user.")
    first_name: str | None = field("Given name.")
    last_name: str | None = field("Family name.")
    email: str | None = field("Where to write to the person; not what anybody signs in with.")
    country: str | None = field("ISO 3166-1 alpha-2, such as NO.")
    sex: Sex | None = field("As the models of the scores know it.")
    date_of_birth: date | None = field("Scores depend on the age it gives.")
    time_zone: str = field("IANA name; decides which local day a heart beat belongs to.")
    locale: str | None = field("Language tag, such as en-CA; what mail and messages are written in.")
    units: Units = field("What the person likes to read.")
    created_at: datetime = field("When the user was added.")
    modified_at: datetime = field("When the user last changed.")

    activities = ACTIVITIES.of("user_id", "Activities, newest first unless ordered otherwise.")
    heart_rate_days = HEART_RATE_DAYS.of("user_id", "Heart-rate days, newest first unless ordered otherwise.")
    biometrics = BIOMETRICS.of("user_id", "Biometrics by local day, newest first unless ordered otherwise.")
    pai_summaries = PAI_SUMMARIES.of(
        "user_id", "PAI summaries by local day, newest first unless ordered otherwise."
    )
    pai_calculations = PAI_CALCULATIONS.of(
        "user_id", "PAI calculations by local day, newest first unless ordered otherwise."
    )
    vo2max_summaries = VO2MAX_SUMMARIES.of(
        "user_id", "VO2 max summaries by local day, newest first unless ordered otherwise."
    )
    vo2max_calculations = VO2MAX_CALCULATIONS.of(
        "user_id", "VO2 max calculations by local day, newest first unless ordered otherwise."
    )
    vo2max_assessments = VO2MAX_ASSESSMENTS.of(
        "user_id", "VO2 max assessments by local day, newest first unless ordered otherwise."
    )
    training_assessments = TRAINING_ASSESSMENTS.of(
        "user_id", "What was found out that bears on training, newest first unless ordered otherwise."
    )
    training_days = TRAINING_DAYS.of("user_id", "Training days, newest first unless ordered otherwise.")
    training_plans = TRAINING_PLANS.of("user_id", "Training plans, newest first unless ordered otherwise.")
    routine_instances = ROUTINE_INSTANCES.of(
        "user_id", "Routines that plans ask for, by their place in the queue unless ordered otherwise."
    )
    routine_runs = ROUTINE_RUNS.of("user_id", "Runs of routines, newest first unless ordered otherwise.")
    exercise_sessions = EXERCISE_SESSIONS.of(
        "user_id", "AI Move sessions, newest first unless ordered otherwise."
    )
    fit_files = FIT_FILES.of("user_id", "FIT files, newest first unless ordered otherwise.")
    imports = IMPORTS.of("user_id", "Bulk imports, newest first unless ordered otherwise.")
    memberships = GROUP_MEMBERSHIPS.of(
        "user_id",
        "The groups the user is in, last joined first unless ordered otherwise.",
        only=Compare("status", Operator.EQUAL, "Current"),
    )
    past_memberships = GROUP_MEMBERSHIPS.of(
        "user_id",
        "The groups the user was in before, last joined first unless ordered otherwise.",
        only=Compare("status", Operator.EQUAL, "Removed"),
    )
    program_memberships = PROGRAM_MEMBERS.of("user_id", "The programs the user takes part in, as members of.")
    program_invitations = PROGRAM_INVITATIONS.of(
        "user_id", "Invitations to programs that name the user, or that the user accepted, newest first."
    )


USERS = Many(
    User,
    order=(Order("id"),),
    filters=(
        "organization", "account", "external_id", "first_name", "last_name", "email", "country", "sex",
        "time_zone", "created_at", "modified_at",
    ),
    orders=("first_name", "last_name", "country", "date_of_birth", "created_at", "modified_at"),
)  # fmt: skip


@strawberry.type
class UserQuery:
    users = USERS.root("The users you may see.")

    @strawberry.field(
        description="One user, or null if there is none that you may see.", graphql_type=User | None
    )
    async def user(self, info: Info, id: Id) -> Any:
        return await found_node(info, NODES["User"], read_global_id("User", id))
