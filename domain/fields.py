"""What can be set of an aggregate: the types of its fields, and a sentence for each value that does not fit."""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Annotated, Any
from zoneinfo import available_timezones

import orjson
from email_validator import EmailNotValidError, validate_email
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    create_model,
)
from pydantic_core import ErrorDetails

from domain.errors import Detail, Invalid
from domain.sentences import said

NOTHING_SET = said("The request cannot be taken as it is; see errors for what to change")
PRINTABLE = r"^[^\x00-\x1f\x7f-\x9f]*$"
LANGUAGE_TAG = "[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-[A-Za-z0-9]{5,8})*"
NOT_ZONES = {"localtime", "Factory"}

Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=PRINTABLE)]
Text = Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
BirthDate = Annotated[date, Field(ge=date(1900, 1, 1))]


def is_email(text: str) -> str:
    """Checked for its form only: whether it is somebody's, the confirmation shows."""
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        raise ValueError(said("takes an e-mail address")) from None


def is_time_zone(text: str) -> str:
    if text not in available_zones():
        raise ValueError(said("takes an IANA time zone such as Europe/Oslo"))
    return text


def is_locale(text: str) -> str:
    """Well formed is enough (RFC 5646): whoever reads a language that nobody here speaks is spoken to in English."""
    if not re.fullmatch(LANGUAGE_TAG, text):
        raise ValueError(said("takes a language tag such as en-CA"))
    return text


Email = Annotated[
    str,
    StringConstraints(max_length=254),
    AfterValidator(is_email),
    Field(json_schema_extra={"format": "email"}),
]
TimeZone = Annotated[str, AfterValidator(is_time_zone)]
LocaleTag = Annotated[
    str,
    StringConstraints(max_length=35),
    AfterValidator(is_locale),
    Field(json_schema_extra={"pattern": f"^{LANGUAGE_TAG}$"}),
]


class Fields(BaseModel):
    """Subclasses name what can be set, in the domain's words; a default is what a field is when it is not sent."""

    model_config = ConfigDict(extra="forbid")

    @classmethod
    def whole(cls, sent: Mapping[str, Any]) -> dict[str, Any]:
        """Every field, as something new or replaced gets it."""
        return _checked(cls, sent).model_dump()

    @classmethod
    def part(cls, sent: Mapping[str, Any]) -> dict[str, Any]:
        """Only the fields that were sent, as a change needs them (RFC 7396: null takes a value away)."""
        return _checked(_partial(cls), sent).model_dump(exclude_unset=True)


@cache
def available_zones() -> frozenset[str]:
    return frozenset(available_timezones() - NOT_ZONES)


@cache
def _partial(kind: type[Fields]) -> type[Fields]:
    fields: Any = {name: (field.rebuild_annotation(), None) for name, field in kind.model_fields.items()}
    return create_model(f"Some{kind.__name__}", __base__=kind, **fields)


def _checked(kind: type[Fields], sent: Mapping[str, Any]) -> Fields:
    """Judged as JSON, strictly: a number is no text and no date."""
    try:
        return kind.model_validate_json(orjson.dumps(dict(sent)), strict=True)
    except ValidationError as error:
        details = [Detail(problem(e), str(e["loc"][0])) for e in error.errors(include_url=False)]
        raise Invalid(NOTHING_SET, *details) from None


def problem(error: ErrorDetails) -> str:
    """What is wrong with a value, in the gateway's own words; the value is never repeated."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "value_error":
        sentence: str = context["error"].args[0]
        return sentence
    for name, bounded in BOUNDED.items():
        if name in context:
            return said(bounded.template, bound=str(context[name]).replace("'", ""))
    return next((text for start, text in PROBLEMS.items() if kind.startswith(start)), UNFIT)


BOUNDED = {
    "max_length": said("takes {bound} characters at most", bound=""),
    "min_length": said("takes {bound} characters at least", bound=""),
    "expected": said("takes one of {bound}", bound=""),
    "ge": said("takes {bound} at least", bound=""),
    "le": said("takes {bound} at most", bound=""),
}
UNFIT = said("has a form that cannot be taken")
PROBLEMS = {
    "missing": said("is required"),
    "extra_forbidden": said("is no field that can be set"),
    "uuid": said("takes a UUID such as 2188a980-70a2-4b24-b145-8139cb7f9106"),
    "datetime": said("takes an ISO 8601 instant such as 2024-05-01T09:00:00Z"),
    "date": said("takes a date such as 2024-05-01"),
    "bool": said("takes true or false"),
    "int": said("takes a whole number"),
    "float": said("takes a number"),
    "finite_number": said("takes a finite number"),
    "string_type": said("takes text"),
    "list_type": said("takes a list"),
}
