"""What the documented fields may hold, and the words for what they may not."""

import re
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, StringConstraints, ValidationError
from pydantic_core import PydanticCustomError

from domain.errors import Detail, Invalid

WORDS = {
    "missing": "required",
    "model_type": "must be a JSON object",
    "list_type": "must be a list",
    "string_type": "must be a string",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "literal_error": "must be {expected}",
    "less_than_equal": "must be at most {le}",
    "greater_than_equal": "must be at least {ge}",
    "too_short": "must not be empty",
    "string_too_short": "must not be empty",
    "string_too_long": "must have at most {max_length} characters",
    "string_unicode": "must be text that UTF-8 can carry",
}
OURS = frozenset({"control_character", "unix_seconds", "not_complete"})
PRINTABLE = re.compile(r"[^\x00-\x1f\x7f]*")


def printable(text: str) -> str:
    if not PRINTABLE.fullmatch(text):
        raise PydanticCustomError("control_character", "must not hold control characters")
    return text


Name = Annotated[str, StringConstraints(max_length=255), AfterValidator(printable)]
Text = Annotated[Name, StringConstraints(min_length=1)]
Body = TypeVar("Body", bound=BaseModel)


def read_as(kind: type[Body], parsed: dict[str, Any]) -> Body:
    """The body as documented; whatever is missing or wrong in it refuses all of it, in one answer."""
    try:
        return kind.model_validate(parsed)
    except ValidationError as error:
        details = [
            _detail(e["loc"], _sentence(e["type"], e["msg"], e.get("ctx", {})))
            for e in error.errors(include_url=False, include_input=False)
        ]
        raise Invalid("Nothing was stored: fields are missing or wrong, see details", *details) from None


def _sentence(kind: str, message: str, context: dict[str, Any]) -> str:
    """What our own validators say is written for partners; the library's words are not."""
    if kind in OURS:
        return message
    return WORDS.get(kind, "cannot be read").format_map(context)


def _detail(location: tuple[int | str, ...], message: str) -> Detail:
    """`location` is (activity_files, index, field), or its beginning, or a field alone."""
    index = next((at for at in location if isinstance(at, int)), None)
    field = [at for at in location if isinstance(at, str)][-1]
    return Detail(message, field, index=index)
