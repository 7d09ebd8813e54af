"""Global ids: opaque to clients, a type and a UUID to us."""

import base64
import binascii
from uuid import UUID

from domain.errors import Invalid


def global_id(type_name: str, id: UUID) -> str:
    return base64.urlsafe_b64encode(f"{type_name}:{id.hex}".encode()).decode().rstrip("=")


def read_global_id(type_name: str, text: str) -> UUID:
    """The UUID in a global id of this type; a plain UUID, as REST gives it, is taken too."""
    try:
        return UUID(text)
    except ValueError:
        pass
    try:
        decoded = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        name, _, id = decoded.partition(":")
        if name == type_name:
            return UUID(id)
    except (ValueError, binascii.Error):
        pass
    raise Invalid(f"{text[:80]!r} is not the id of a {type_name}")
