"""Idempotency keys: a client that heard no answer sends the same again, and it is done once and answered alike."""

import base64
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from cryptography.fernet import Fernet
from sqlalchemy import UniqueConstraint, delete, update
from sqlmodel import SQLModel, col

from domain.columns import identifier, instant, reference
from domain.errors import Conflict, Misfit
from domain.inserting import insert_unless_there
from domain.jobs import Job
from domain.secrets import derived, fingerprint
from domain.sql import select
from domain.unit import Unit

LONGEST = 255
KEPT = timedelta(days=1)
OTHER_INPUT = "was used before for something else: send a new key with a new input"


class IdempotencyKey(SQLModel, table=True):
    """What a viewer asked for under a key, and what was answered. `digest`: of the operation and its input.

    `account_id`: whose it is, so that it goes with the account; a partner has none.

    `answer` is sealed by the key itself, which only its client has: it may hold a secret that is told once.
    """

    __tablename__ = "idempotency_keys"
    __table_args__ = (UniqueConstraint("viewer", "key_hash"),)

    id: UUID = identifier()
    viewer: str
    account_id: UUID | None = reference("accounts.id", default=None)
    key_hash: str
    digest: str
    answer: bytes | None = None
    created_at: datetime = instant(index=True)


@dataclass(frozen=True)
class PruneIdempotencyKeys(Job):
    """Periodic: nobody repeats a request after a day."""

    @property
    def purpose(self) -> str:
        return "Forget the idempotency keys of more than a day ago"


@dataclass(frozen=True)
class Request:
    """What a client asks for. `asked`: the operation and its input in full."""

    key: str
    asked: str


async def once(unit: Unit, request: Request, work: Callable[[], Awaitable[bytes]]) -> bytes:
    """Do the work and keep its answer, in this unit; or, if it is done already, the answer of that time.

    Whoever sends the key at the same moment waits here for the first to commit or to fail.
    """
    if not 1 <= len(request.key) <= LONGEST or not request.key.isprintable():
        raise Misfit("idempotency_key", f"takes 1 to {LONGEST} printable characters")
    kept = IdempotencyKey(
        id=uuid4(),
        viewer=unit.viewer.principal,
        account_id=unit.viewer.account_id,
        key_hash=fingerprint(request.key),
        digest=hashlib.sha256(request.asked.encode(errors="surrogatepass")).hexdigest(),
        created_at=unit.now,
    )
    if not await insert_unless_there(unit, kept):
        return await _answered(unit, request, kept)
    answer = await work()
    mine = update(IdempotencyKey).where(col(IdempotencyKey.id) == kept.id)
    await unit.change(mine.values(answer=_safe(unit, request).encrypt(answer)))
    return answer


async def prune(unit: Unit) -> None:
    await unit.change(delete(IdempotencyKey).where(col(IdempotencyKey.created_at) < unit.now - KEPT))


async def _answered(unit: Unit, request: Request, again: IdempotencyKey) -> bytes:
    row = await unit.row(
        select(IdempotencyKey.digest, IdempotencyKey.answer).where(
            col(IdempotencyKey.viewer) == again.viewer, col(IdempotencyKey.key_hash) == again.key_hash
        )
    )
    if row is None:
        raise Conflict("This idempotency key ran out at this very moment: send the request again")
    if row.digest != again.digest:
        raise Misfit("idempotency_key", OTHER_INPUT)
    return _safe(unit, request).decrypt(row.answer)


def _safe(unit: Unit, request: Request) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(derived(unit.secret, f"idempotency {request.key}")))
