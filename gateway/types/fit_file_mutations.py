"""Removing a FIT file and all that came of it."""

import strawberry

from domain import fit_files
from domain.unit import Unit
from gateway.context import Context
from gateway.global_ids import read_global_id
from gateway.mutations import Payload, carried_out

Info = strawberry.Info[Context, None]


@strawberry.type(description="Whether the file is gone.")
class RemoveFitFilePayload(Payload):
    removed: bool = False


@strawberry.type
class FitFileMutation:
    @strawberry.mutation(
        description="Forget a file, its activities and its heart rate; the days it counted on are scored anew."
    )
    async def remove_fit_file(self, info: Info, id: strawberry.ID) -> RemoveFitFilePayload:
        async def operation(unit: Unit) -> None:
            await fit_files.remove(unit, read_global_id("FitFile", id))

        _, errors = await carried_out(info, operation)
        return RemoveFitFilePayload(user_errors=errors, removed=not errors)
