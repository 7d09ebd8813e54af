"""Words that routines, their steps, plans and assessments have in common."""

from enum import Enum

import strawberry


@strawberry.enum(description="How hard a routine is.")
class RoutineIntensity(Enum):
    LOW = strawberry.enum_value("low", description="Fit for everybody.")
    MODERATE = strawberry.enum_value("moderate", description="Fit for up to a moderate risk.")
    HIGH = strawberry.enum_value("high", description="Fit for a low risk only.")


@strawberry.enum(description="How much care a user's health asks for.")
class RiskTier(Enum):
    LOW = strawberry.enum_value("low", description="None beyond common sense.")
    MODERATE = strawberry.enum_value("moderate", description="Nothing of high intensity.")
    HIGH = strawberry.enum_value("high", description="Nothing but low intensity.")


@strawberry.enum(description="Where in a routine a step belongs.")
class RoutineBlock(Enum):
    WARMUP = strawberry.enum_value("warmup", description="First.")
    MAIN = strawberry.enum_value("main", description="After the warm-up.")
    COOLDOWN = strawberry.enum_value("cooldown", description="Last.")


@strawberry.enum(description="How it is known that a step is done.")
class RoutineStepKind(Enum):
    AI_MOVE = strawberry.enum_value("ai-move", description="AI Move's camera watches.")
    GUIDED = strawberry.enum_value("guided", description="The user says so.")
