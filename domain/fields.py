"""What can be set of an aggregate: the types of its fields, and a sentence for each value that does not fit."""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Annotated, Any, ClassVar
from zoneinfo import available_timezones

import orjson
from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
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

from domain.errors import INVALID_FIELD, Detail, Invalid
from domain.sentences import said

NOTHING_SET = said("The request cannot be taken as it is; see errors for what to change")
PRINTABLE = r"^[^\x00-\x1f\x7f-\x9f]*$"
LANGUAGE_TAG = "[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-[A-Za-z0-9]{5,8})*"
SET_ASIDE = "|".join("".join(f"[{c}{c.upper()}]" for c in name) for name in SPECIAL_USE_DOMAIN_NAMES)
SOMEWHERE = rf"^[^@]+@(?!(?:.*\.)?(?:{SET_ASIDE})$)[^@]+$"
"""No mail reaches the names that are set aside, such as those below .test and .invalid (RFC 6761)."""
NOT_ZONES = {"localtime", "Factory"}
MOST_TOLD = 100
"""How many things to mend are told of at once."""

Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=PRINTABLE)]
Text = Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
BirthDate = Annotated[
    date, Field(ge=date(1900, 1, 1), json_schema_extra={"pattern": r"^(19|20[01])\d|^202[0-5]"})
]
"""Documented as far as it is surely past."""


def whole(value: object) -> object:
    """What JSON writes as 58.0 is a whole number too (JSON Schema, validation 6.1.1)."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


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
    Field(json_schema_extra={"format": "email", "pattern": SOMEWHERE}),
]
TimeZone = Annotated[
    str,
    AfterValidator(is_time_zone),
    Field(json_schema_extra=lambda schema: schema.update(pattern=_of_zones(), examples=["Europe/Oslo"])),
]
"""Documented by the names that this host knows; an enumeration would become a type of generated clients."""
LocaleTag = Annotated[
    str,
    StringConstraints(max_length=35),
    AfterValidator(is_locale),
    Field(json_schema_extra={"pattern": f"^{LANGUAGE_TAG}$"}),
]


class Fields(BaseModel):
    """Subclasses name what can be set, in the domain's words; a default is what a field is when it is not sent.

    `codes`: what a surface with codes calls a value that does not fit into a field.
    `one_of`, `some_of`: fields of which exactly one, or at least one, is to be sent, as the operation checks; said for
    the documentation.
    """

    model_config = ConfigDict(extra="forbid")
    codes: ClassVar[Mapping[str, str]] = {}
    one_of: ClassVar[tuple[str, ...]] = ()
    some_of: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def whole(cls, sent: Mapping[str, Any]) -> dict[str, Any]:
        """Every field, as something new or replaced gets it."""
        return _checked(cls, sent).model_dump()

    @classmethod
    def part(cls, sent: Mapping[str, Any]) -> dict[str, Any]:
        """Only the fields that were sent, as a change needs them (RFC 7396: null takes a value away)."""
        return _checked(_partial(cls), sent).model_dump(exclude_unset=True)

    @classmethod
    def misfit(cls, error: ErrorDetails) -> Detail:
        """`measurements[3].bpm` names a value within a field."""
        field, *within = error["loc"]
        where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in within)
        code = cls.codes.get(str(field), INVALID_FIELD)
        return Detail(problem(error), f"{field}{where}", code)


@cache
def available_zones() -> frozenset[str]:
    return frozenset(available_timezones() - NOT_ZONES)


@cache
def _of_zones() -> str:
    return f"^({'|'.join(sorted(available_zones()))})$".replace("+", r"\+")


@cache
def _partial(kind: type[Fields]) -> type[Fields]:
    fields: Any = {name: (field.rebuild_annotation(), None) for name, field in kind.model_fields.items()}
    return create_model(f"Some{kind.__name__}", __base__=kind, **fields)


def _checked(kind: type[Fields], sent: Mapping[str, Any]) -> Fields:
    """Judged as JSON, strictly: a number is no text and no date."""
    try:
        return kind.model_validate_json(orjson.dumps(dict(sent)), strict=True)
    except ValidationError as error:
        told = error.errors(include_url=False, include_input=False)[:MOST_TOLD]
        raise Invalid(NOTHING_SET, *map(kind.misfit, told)) from None


def problem(error: ErrorDetails) -> str:
    """What is wrong with a value, in the gateway's own words; the value is never repeated."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "value_error":
        sentence: str = context["error"].args[0]
        return sentence
    for name, bounded in (ENTRIES if kind in {"too_short", "too_long"} else BOUNDED).items():
        if name in context:
            return said(bounded.template, bound=str(context[name]).replace("'", ""))
    return next((text for start, text in PROBLEMS.items() if kind.startswith(start)), UNFIT)


BOUNDED = {
    "max_length": said("takes {bound} characters at most", bound=""),
    "min_length": said("takes {bound} characters at least", bound=""),
    "expected": said("takes one of {bound}", bound=""),
    "ge": said("takes {bound} at least", bound=""),
    "gt": said("takes more than {bound}", bound=""),
    "le": said("takes {bound} at most", bound=""),
}
INSTANT = said("takes an ISO 8601 instant such as 2024-05-01T09:00:00Z")
ENTRIES = {
    "max_length": said("takes {bound} entries at most", bound=""),
    "min_length": said("takes {bound} entries at least", bound=""),
}
UNFIT = said("has a form that cannot be taken")
PROBLEMS = {
    "missing": said("is required"),
    "extra_forbidden": said("is no field that can be set"),
    "uuid": said("takes a UUID such as 2188a980-70a2-4b24-b145-8139cb7f9106"),
    "datetime": INSTANT,
    "timezone_aware": INSTANT,
    "date": said("takes a date such as 2024-05-01"),
    "bool": said("takes true or false"),
    "int": said("takes a whole number"),
    "float": said("takes a number"),
    "finite_number": said("takes a finite number"),
    "string_type": said("takes text"),
    "string_unicode": said("takes text that UTF-8 can carry"),
    "list_type": said("takes a list"),
    "model_": said("takes an object"),
}
