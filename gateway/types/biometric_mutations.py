"""Recording, changing and removing biometrics; the scores that rest on them follow."""

import datetime as dt
from typing import Any
from uuid import UUID

import strawberry

from domain import biometrics
from domain.unit import Unit
from gateway.context import Context
from gateway.global_ids import read_global_id
from gateway.mutations import Operation, Payload, carried_out, given
from gateway.selection import columns_for
from gateway.types.biometrics import NEEDS, Biometric

Info = strawberry.Info[Context, None]


@strawberry.input(
    description="What was measured. To change it, give only what changes; null takes a measurement back."
)
class BiometricInput:
    max_heart_rate_bpm: strawberry.Maybe[int | None] = strawberry.field(
        description="Highest heart rate in beats per minute, 60 to 250.", default=None
    )
    resting_heart_rate_bpm: strawberry.Maybe[int | None] = strawberry.field(
        description="Heart rate at rest in beats per minute, 20 to 150.", default=None
    )
    threshold_heart_rate_bpm: strawberry.Maybe[int | None] = strawberry.field(
        description="Heart rate at the lactate threshold in beats per minute, 60 to 240.", default=None
    )
    weight_kg: strawberry.Maybe[float | None] = strawberry.field(
        description="In kilograms, 20 to 500.", default=None
    )
    height_cm: strawberry.Maybe[float | None] = strawberry.field(
        description="In centimetres, 50 to 280.", default=None
    )
    waist_cm: strawberry.Maybe[float | None] = strawberry.field(
        description="Waist circumference in centimetres, 30 to 300.", default=None
    )


@strawberry.type(description="The biometrics as they are now.")
class BiometricPayload(Payload):
    biometric_id: strawberry.Private[UUID | None] = None

    @strawberry.field(graphql_type=Biometric | None)
    async def biometric(self, info: Info) -> Any:
        if self.biometric_id is None:
            return None
        wanted = columns_for(info, NEEDS) | {"id"}
        return await biometrics.get_biometric(info.context.unit, self.biometric_id, wanted)


@strawberry.type(description="Whether the biometrics are gone.")
class RemoveBiometricPayload(Payload):
    removed: bool = False


@strawberry.type
class BiometricMutation:
    @strawberry.mutation(
        description="Add what was measured on a day, in the user's local time, that has no biometrics yet."
    )
    async def record_biometrics(
        self, info: Info, user_id: strawberry.ID, date: dt.date, input: BiometricInput
    ) -> BiometricPayload:
        async def operation(unit: Unit) -> UUID:
            return await biometrics.record(unit, read_global_id("User", user_id), date, given(input))

        return await _biometric(info, operation)

    @strawberry.mutation(
        description="Change what was measured on a day; exactly the scores it counts in follow."
    )
    async def change_biometrics(
        self, info: Info, id: strawberry.ID, input: BiometricInput
    ) -> BiometricPayload:
        async def operation(unit: Unit) -> UUID:
            biometric_id = read_global_id("Biometric", id)
            await biometrics.change(unit, biometric_id, given(input))
            return biometric_id

        return await _biometric(info, operation)

    @strawberry.mutation(description="Remove what was measured on a day; an earlier measurement holds again.")
    async def remove_biometrics(self, info: Info, id: strawberry.ID) -> RemoveBiometricPayload:
        async def operation(unit: Unit) -> None:
            await biometrics.remove(unit, read_global_id("Biometric", id))

        _, errors = await carried_out(info, operation)
        return RemoveBiometricPayload(user_errors=errors, removed=not errors)


async def _biometric(info: Info, operation: Operation[UUID]) -> BiometricPayload:
    biometric_id, errors = await carried_out(info, operation)
    return BiometricPayload(user_errors=errors, biometric_id=biometric_id)
