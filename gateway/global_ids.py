"""Global ids: opaque to clients, a type and a UUID to us."""

import base64
import binascii
from contextlib import suppress
from uuid import UUID

from domain.errors import Invalid


def global_id(type_name: str, id: UUID) -> str:
    return base64.urlsafe_b64encode(f"{type_name}:{id.hex}".encode()).decode().rstrip("=")


def read_any_id(text: str) -> tuple[str, UUID]:
    """The type's name and the UUID in a global id of whatever type."""
    with suppress(ValueError, binascii.Error):
        name, _, rest = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().partition(":")
        return name, UUID(rest)
    raise Invalid(f"{text[:80]!r} is no global id of this API")


def read_global_id(type_name: str, text: str) -> UUID:
    """The UUID in a global id of this type; a plain UUID, as REST gives it, is taken too."""
    with suppress(ValueError):
        return UUID(text)
    with suppress(Invalid):
        name, found = read_any_id(text)
        if name == type_name:
            return found
    raise Invalid(f"{text[:80]!r} is not the id of a {type_name}")
