"""Recording, changing and removing biometrics; the scores that rest on them follow."""

import datetime as dt
from typing import Annotated
from uuid import UUID

import strawberry

from domain import biometrics
from domain.unit import Unit
from domain.viewer import Scope
from gateway.global_ids import read_global_id
from gateway.mutations import Payload, given, mutation
from gateway.types.nodes import Id, field
from gateway.types.payloads import Removal, changed

Day = Annotated[dt.date, strawberry.argument(description="The user's local day.")]


@strawberry.input(
    description="What was measured. To change it, give only what changes; null takes a measurement back."
)
class BiometricInput:
    max_heart_rate_bpm: strawberry.Maybe[int | None] = field(
        "Highest heart rate in beats per minute, 60 to 250.", default=None
    )
    resting_heart_rate_bpm: strawberry.Maybe[int | None] = field(
        "Heart rate at rest in beats per minute, 20 to 150.", default=None
    )
    threshold_heart_rate_bpm: strawberry.Maybe[int | None] = field(
        "Heart rate at the lactate threshold in beats per minute, 60 to 240.", default=None
    )
    weight_kg: strawberry.Maybe[float | None] = field("In kilograms, 20 to 500.", default=None)
    height_cm: strawberry.Maybe[float | None] = field("In centimetres, 50 to 280.", default=None)
    waist_cm: strawberry.Maybe[float | None] = field(
        "Waist circumference in centimetres, 30 to 300.", default=None
    )


@strawberry.type(description="The biometrics as they are now.")
class BiometricPayload(Payload):
    biometric = changed("biometrics.Biometric", "The biometrics as they are now.")


@strawberry.type(description="Whether the biometrics are gone.")
class RemoveBiometricPayload(Removal):
    pass


@strawberry.type
class BiometricMutation:
    @mutation(BiometricPayload, Scope.BIOMETRICS_WRITE)
    async def record_biometrics(self, unit: Unit, user_id: Id, date: Day, input: BiometricInput) -> UUID:
        """Add what was measured on a day, in the user's local time, that has no biometrics yet."""
        return await biometrics.record(unit, read_global_id("User", user_id), date, given(input))

    @mutation(BiometricPayload, Scope.BIOMETRICS_WRITE)
    async def change_biometrics(self, unit: Unit, id: Id, input: BiometricInput) -> UUID:
        """Change what was measured on a day; exactly the scores it counts in follow."""
        biometric_id = read_global_id("Biometric", id)
        await biometrics.change(unit, biometric_id, given(input))
        return biometric_id

    @mutation(RemoveBiometricPayload, Scope.BIOMETRICS_WRITE)
    async def remove_biometrics(self, unit: Unit, id: Id) -> None:
        """Remove what was measured on a day; an earlier measurement holds again."""
        await biometrics.remove(unit, read_global_id("Biometric", id))
