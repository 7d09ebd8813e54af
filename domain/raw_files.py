"""Raw files, kept once each under the SHA-256 of their content, in the database like everything they become."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Field, SQLModel, col

from domain.columns import instant
from domain.inserting import insert_those_not_there
from domain.sql import select
from domain.unit import Unit


class RawFile(SQLModel, table=True):
    __tablename__ = "raw_files"

    sha256: str = Field(primary_key=True)
    size: int
    content: bytes
    created_at: datetime = instant()


def hash_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


async def keep(unit: Unit, content: bytes, sha256: str | None = None) -> str:
    """Store a file unless it is here already; its hash. Nobody forgets it before this unit ends.

    `sha256`: given by whoever has it already; of a large file it takes longer than the event loop should wait.
    """
    sha256 = sha256 or hash_of(content)
    await keep_all(unit, {sha256: content})
    return sha256


async def keep_all(unit: Unit, contents: Mapping[str, bytes]) -> None:
    """Many files by their hashes. What another unit forgets in this very moment is stored again."""
    held = select(RawFile.sha256).where(col(RawFile.sha256).in_(contents)).order_by(col(RawFile.sha256))
    here = held.with_for_update(read=True, key_share=True)
    while missing := sorted(contents.keys() - {row.sha256 for row in await unit.rows(here)}):
        files = [_raw(unit, sha256, contents[sha256]) for sha256 in missing]
        await insert_those_not_there(unit, files)


def _raw(unit: Unit, sha256: str, content: bytes) -> RawFile:
    return RawFile(sha256=sha256, size=len(content), content=content, created_at=unit.now)
