"""Asking for a PAI calculation."""

import datetime as dt
from typing import Any
from uuid import UUID

import strawberry

from domain import pai, recalculation
from domain.unit import Unit
from gateway.context import Context
from gateway.global_ids import read_global_id
from gateway.mutations import Payload, carried_out
from gateway.selection import columns_for
from gateway.types.pai_calculations import NEEDS, PaiCalculation

Info = strawberry.Info[Context, None]


@strawberry.type(description="The calculation to look at for what becomes of it.")
class PaiCalculationPayload(Payload):
    calculation_id: strawberry.Private[UUID | None] = None

    @strawberry.field(graphql_type=PaiCalculation | None)
    async def pai_calculation(self, info: Info) -> Any:
        if self.calculation_id is None:
            return None
        wanted = columns_for(info, NEEDS) | {"id"}
        return await pai.get_calculation(info.context.unit, self.calculation_id, wanted)


@strawberry.type
class PaiCalculationMutation:
    @strawberry.mutation(
        description="Calculate a user's local day anew; a day that waits for its calculation waits once."
    )
    async def request_pai_calculation(
        self, info: Info, user_id: strawberry.ID, date: dt.date
    ) -> PaiCalculationPayload:
        async def operation(unit: Unit) -> UUID:
            return await recalculation.ask_for_pai(unit, read_global_id("User", user_id), date)

        asked, errors = await carried_out(info, operation)
        return PaiCalculationPayload(user_errors=errors, calculation_id=asked)
