"""How every export is kept: parts that come one after the other, how far it has come, and its end."""

import asyncio
import zlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, Row, delete, func
from sqlmodel import col

from domain.errors import Conflict
from domain.exports.tables import EXPORT_MOVES, Export, ExportPart, ExportState
from domain.listing import Columns
from domain.moves import check_step
from domain.sentences import said
from domain.sql import select
from domain.unit import Unit

LEVEL = 3
EXPORT = said("The export")
GIVEN_UP = said(
    "We could not build this export although we tried several times; we have been told and will look into it"
)
_rows: Any = (
    select(func.coalesce(func.sum(ExportPart.row_count), 0))
    .where(col(ExportPart.export_id) == Export.id)
    .correlate(Export)
    .scalar_subquery()
)
COLUMNS: Columns = {
    **{name: getattr(Export, name) for name in Export.model_fields if name not in {"program_id", "user_id"}},
    "row_count": _rows,
}


async def begin(unit: Unit, organization_id: UUID, **about: UUID | date | None) -> Export:
    """A new export; `about`: its program or its user, and from when until when."""
    stamps: dict[str, Any] = {"created_at": unit.now, "modified_at": unit.now}
    until = unit.now + unit.settings.export_life
    details: dict[str, Any] = dict(about)
    return await unit.add(Export(organization_id=organization_id, expires_at=until, **details, **stamps))


async def to_build(unit: Unit, export_id: UUID) -> Export | None:
    """The export, locked, if it is still to be built: at work from now on."""
    export = await unit.entity(
        Export, col(Export.id) == export_id, col(Export.state) != ExportState.COMPLETED
    )
    if export is not None and export.state != ExportState.RUNNING:
        check_step(EXPORT_MOVES, EXPORT, export.state, ExportState.RUNNING)
        export.sqlmodel_update({"state": ExportState.RUNNING, "problem": None})
    return export


async def go_on(unit: Unit, export: Export, percent: int) -> None:
    export.sqlmodel_update({"percent": percent, "modified_at": unit.now})
    await unit.flush()


async def complete(unit: Unit, export: Export) -> None:
    """Its time begins now."""
    check_step(EXPORT_MOVES, EXPORT, export.state, ExportState.COMPLETED)
    ended = {"state": ExportState.COMPLETED, "percent": 100, "completed_at": unit.now}
    until = unit.now + unit.settings.export_life
    export.sqlmodel_update({**ended, "expires_at": until, "modified_at": unit.now})
    await unit.flush()


async def fail(unit: Unit, export_id: UUID) -> None:
    """Tell whoever waits that it did not come to an end."""
    export = await unit.entity(
        Export, col(Export.id) == export_id, col(Export.state) != ExportState.COMPLETED
    )
    if export is not None and export.state != ExportState.FAILED:
        check_step(EXPORT_MOVES, EXPORT, export.state, ExportState.FAILED)
        export.sqlmodel_update({"state": ExportState.FAILED, "problem": GIVEN_UP, "modified_at": unit.now})
        await unit.flush()


def check_done(state: str, percent: int) -> None:
    """Conflict while there is nothing to download."""
    if state == ExportState.FAILED:
        raise Conflict("The export has failed: its problem says why. Ask for another one")
    if state != ExportState.COMPLETED:
        told = {"what": EXPORT, "state": state, "percent": percent}
        raise Conflict(said("{what} is {state}: {percent} percent are done. Ask again later", **told))


def is_kept(unit: Unit) -> ColumnElement[bool]:
    return col(Export.expires_at) > unit.now


async def prune(unit: Unit) -> None:
    await unit.change(delete(Export).where(~is_kept(unit)))


def packed(content: Any) -> bytes:
    """Any JSON as a part holds it."""
    return zlib.compress(orjson.dumps(content, option=orjson.OPT_UTC_Z, default=str), LEVEL)


async def next_number(unit: Unit, export: Export) -> int:
    latest = select(func.coalesce(func.max(ExportPart.number), 0)).where(
        col(ExportPart.export_id) == export.id
    )
    return int(await unit.value(latest)) + 1


async def parts(
    reading: Callable[[], AbstractAsyncContextManager[Unit]],
    visible: Callable[[Unit], ColumnElement[bool]],
    *,
    at_once: int = 1,
) -> AsyncIterator[Any]:
    """The content of an export's parts, one after the other, `at_once` of them read in a unit of its own.

    However slowly they are taken, nobody waits; and what is withdrawn meanwhile is not told any more.
    """
    number = 0
    while True:
        async with reading() as unit:
            found = await _after(unit, number, visible(unit), at_once)
        for part in found:
            yield await asyncio.to_thread(unpacked, part.content)
        if len(found) < at_once:
            return
        number = found[-1].number


async def _after(unit: Unit, number: int, visible: ColumnElement[bool], limit: int) -> Sequence[Row[Any]]:
    later = select(ExportPart.number, ExportPart.content).where(visible, col(ExportPart.number) > number)
    return await unit.rows(later.order_by(col(ExportPart.number)).limit(limit))


def unpacked(content: bytes) -> Any:
    return orjson.loads(zlib.decompress(content))
