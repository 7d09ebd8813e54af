"""API keys of partners' integrations."""

from datetime import datetime
from enum import Enum

import strawberry

from domain.identity import key_issuing
from domain.viewer import Scope
from gateway.types.many import Many, newest_first
from gateway.types.nodes import Node, field, node


@strawberry.enum(description="What a key may read.")
class ApiKeyScope(Enum):
    WORKOUTS = strawberry.enum_value(Scope.WORKOUT_TEMPLATES_READ.value, description="Workout templates.")
    PLANS = strawberry.enum_value(Scope.PLAN_TEMPLATES_READ.value, description="Training-plan templates.")


@strawberry.enum(description="Which deployments a key opens.")
class ApiKeyEnvironment(Enum):
    LIVE = strawberry.enum_value("live", description="Those that hold people's data.")
    TEST = strawberry.enum_value("test", description="Those to try things out in.")


@node(key_issuing.KEYS, "A key of the SmartRunning Partner API; the secret is told once, when it is made.")
class ApiKey(Node):
    name: str = field("Which integration it is for.")
    env: ApiKeyEnvironment = field("Which deployments it opens.")
    lookup: str = field("The part that is no secret.")
    scopes: list[ApiKeyScope] = field("What it may read.")
    created_at: datetime = field("When it was made.")
    expires_at: datetime | None = field("When it ends; null if nobody said.")
    last_used_at: datetime | None = field("To the hour.")
    rotated_at: datetime | None = field("When it got a successor.")
    revoked_at: datetime | None = field("When it was ended by hand.")


API_KEYS = Many(
    ApiKey,
    order=newest_first("created_at"),
    filters=("name", "env", "lookup", "created_at", "expires_at"),
    orders=("created_at", "name", "expires_at", "last_used_at"),
)


@strawberry.type
class ApiKeyQuery:
    api_keys = API_KEYS.root("Your organization's API keys, the newest first.")
