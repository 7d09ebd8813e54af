"""Who made the file and what it sums up: file_id, session and activity messages."""

from typing import Any, NamedTuple

from domain.fit.clock import FIRST_REAL_TIME, unix_seconds
from domain.fit.errors import FitError, FitErrorCode
from domain.fit.layout import Layout
from domain.fit.limits import Limits
from domain.fit.messages import Message, read_messages
from domain.fit.model import Session
from domain.fit.names import FILE_TYPES, MANUFACTURERS, SPORTS, SUB_SPORTS
from domain.fit.profile import ACTIVITY, FILE_ID, SESSION, SESSION_FIELDS, TIMESTAMP

_TYPE, _MANUFACTURER, _PRODUCT, _SERIAL, _CREATED = range(5)
_START, _SPORT, _SUB_SPORT = 2, 5, 6
_LOCAL_TIMESTAMP = 5

_IDENTITY_WANTED = frozenset((_TYPE, _MANUFACTURER, _PRODUCT, _SERIAL, _CREATED))
_SESSION_WANTED = frozenset((_START, _SPORT, _SUB_SPORT, *(field.number for field in SESSION_FIELDS)))
_ACTIVITY_WANTED = frozenset((TIMESTAMP, _LOCAL_TIMESTAMP))
_MOST_OTHERS = 1_000

_QUARTER_HOUR = 900
# Clocks on devices drift between the two readings; more than this is no time zone.
_DRIFT = 120
_FARTHEST_ZONE = 14 * 3600


class Identity(NamedTuple):
    file_types: tuple[str, ...]
    manufacturer: str | int | None
    product: int | None
    serial_number: int | None
    created_at: int | None


def read_identity(data: bytes, layouts: list[Layout]) -> Identity:
    """The type of every part, each named once; the rest is what the first file_id says."""
    return identity_of(read_messages(data, layouts, FILE_ID, _IDENTITY_WANTED, _MOST_OTHERS))


def identity_of(found: list[Message]) -> Identity:
    types = (message.whole(_TYPE) for message in found)
    names = dict.fromkeys(FILE_TYPES.get(each, f"type_{each}") for each in types if each is not None)
    first = found[0] if found else Message(0, 0, {})
    manufacturer = first.whole(_MANUFACTURER)
    return Identity(
        file_types=tuple(names),
        manufacturer=None if manufacturer is None else MANUFACTURERS.get(manufacturer, manufacturer),
        product=first.whole(_PRODUCT),
        serial_number=first.whole(_SERIAL),
        created_at=unix_seconds(first.number(_CREATED)),
    )


def read_sessions(data: bytes, layouts: list[Layout], limits: Limits) -> list[Message]:
    found = read_messages(data, layouts, SESSION, _SESSION_WANTED, limits.max_sessions + 1)
    if len(found) > limits.max_sessions:
        message = f"The file has more than {limits.max_sessions} sessions; split it."
        raise FitError(FitErrorCode.TOO_MANY_MESSAGES, message)
    return found


def start_timestamp(message: Message) -> int | None:
    return message.whole(_START)


def session(message: Message, *, uptime: bool) -> Session:
    values: dict[str, Any] = {}
    for field in SESSION_FIELDS:
        value = message.number(field.number)
        if value is not None:
            values[field.name] = round(value) if field.is_whole else value / field.scale
    return Session(
        sport=_name(SPORTS, "sport", message.whole(_SPORT)),
        sub_sport=_name(SUB_SPORTS, "sub_sport", message.whole(_SUB_SPORT)),
        started_at=unix_seconds(message.number(_START), uptime=uptime),
        **values,
    )


def _name(names: dict[int, str], kind: str, number: int | None) -> str | None:
    return None if number is None else names.get(number, f"{kind}_{number}")


def read_local_offset(data: bytes, layouts: list[Layout]) -> int | None:
    """Seconds east of UTC, from the first activity message that makes sense."""
    found = read_messages(data, layouts, ACTIVITY, _ACTIVITY_WANTED, _MOST_OTHERS)
    return next((offset for message in found if (offset := local_offset(message)) is not None), None)


def local_offset(message: Message) -> int | None:
    utc, local = message.whole(TIMESTAMP), message.whole(_LOCAL_TIMESTAMP)
    if utc is None or local is None or min(utc, local) < FIRST_REAL_TIME:
        return None
    offset = round((local - utc) / _QUARTER_HOUR) * _QUARTER_HOUR
    is_sane = abs(local - utc - offset) <= _DRIFT and abs(offset) <= _FARTHEST_ZONE
    return offset if is_sane else None
