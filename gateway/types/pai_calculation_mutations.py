"""Asking for a PAI calculation."""

from uuid import UUID

import strawberry

from domain import recalculation
from domain.unit import Unit
from domain.viewer import Scope
from gateway.global_ids import read_global_id
from gateway.mutations import Payload, mutation
from gateway.types.biometric_mutations import Day
from gateway.types.nodes import Id
from gateway.types.payloads import changed


@strawberry.type(description="The calculation to look at for what becomes of it.")
class PaiCalculationPayload(Payload):
    pai_calculation = changed("pai_calculations.PaiCalculation", "The calculation, pending at first.")


@strawberry.type
class PaiCalculationMutation:
    @mutation(PaiCalculationPayload, Scope.PAI_WRITE)
    async def request_pai_calculation(self, unit: Unit, user_id: Id, date: Day) -> UUID:
        """Calculate a user's local day anew; a day that waits for its calculation waits once."""
        return await recalculation.ask_for_pai(unit, read_global_id("User", user_id), date)
