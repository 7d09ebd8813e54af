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
}
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
            _detail(e["loc"], e["type"], e["msg"])
            for e in error.errors(include_url=False, include_input=False)
        ]
        raise Invalid("Nothing was stored: fields are missing or wrong, see details", *details) from None


def _detail(location: tuple[int | str, ...], kind: str, message: str) -> Detail:
    """`location` is (activity_files, index, field), or its beginning, or a field alone."""
    index = next((at for at in location if isinstance(at, int)), None)
    field = [at for at in location if isinstance(at, str)][-1]
    return Detail(WORDS.get(kind, message), field, index=index)
