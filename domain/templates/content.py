"""What authors write, checked: texts that a database takes, and errors that say where."""

import unicodedata
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError
from pydantic.alias_generators import to_camel

from domain.columns import storable
from domain.errors import Detail, Invalid
from domain.fields import problem


def _open_to_more(schema: dict[str, Any]) -> None:
    """What we write may get more names; only authors are held to those there are."""
    schema.pop("additionalProperties", None)


class Content(BaseModel):
    """Read in our spelling or in that of JSON documents; unknown names are refused, so that no typo is lost."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="forbid",
        frozen=True,
        str_strip_whitespace=True,
        use_enum_values=True,
        allow_inf_nan=False,
        json_schema_extra=_open_to_more,
    )

    def document(self) -> dict[str, Any]:
        """As it is stored and shown: the names of JSON documents, nothing that was left out."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


Read = TypeVar("Read", bound=Content)
NO_XML = "\ufffe\uffff"


def _storable(text: str) -> str:
    if not storable(text):
        raise ValueError("must not hold NUL or unpaired surrogate characters")
    return text


def _one_line(text: str) -> str:
    if any(unicodedata.category(character) == "Cc" or character in NO_XML for character in text):
        raise ValueError("must not hold control characters")
    return text


def _lines(text: str) -> str:
    """Line breaks as XML gives them back, so that a text survives a ZWO file."""
    lines = text.replace("\r\n", "\n")
    _one_line(lines.replace("\n", "").replace("\t", ""))
    return lines


Text = Annotated[str, StringConstraints(max_length=5000), AfterValidator(_storable), AfterValidator(_lines)]
Name = Annotated[
    str, StringConstraints(min_length=1, max_length=200), AfterValidator(_storable), AfterValidator(_one_line)
]
Tag = Annotated[
    str, StringConstraints(min_length=1, max_length=50), AfterValidator(_storable), AfterValidator(_one_line)
]


def in_our_spelling(kind: type[Content], given: Mapping[str, Any]) -> dict[str, Any]:
    """What is given, by our own names, so that it can be laid over what is stored."""
    names = {field.alias: name for name, field in kind.model_fields.items()}
    return {names.get(name, name): value for name, value in given.items()}


def read(kind: type[Read], given: Mapping[str, Any]) -> Read:
    """The content, or one detail for each thing to mend."""
    try:
        return kind.model_validate(dict(given))
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=False)
        details = [Detail(problem(e), _path(e["loc"])) for e in errors]
        raise Invalid("The template is not valid; see the details for what to change", *details) from None


def _path(location: tuple[int | str, ...]) -> str | None:
    """`steps.0.duration.value`; the names of alternatives, which pydantic puts between, are left out."""
    return ".".join(str(at) for at in location if not str(at).startswith("<")) or None
