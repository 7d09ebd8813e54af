"""What requests may carry: JSON objects with the documented names, checked before anything is asked of the domain."""

import re
from itertools import count
from typing import Annotated, Any, TypeVar

from fastapi import Request
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    StringConstraints,
    ValidationError,
)
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails, PydanticCustomError

from domain.errors import Detail, Invalid
from domain.plans import Asked
from domain.routines.rules import LONGEST_SESSION, MOST_SESSIONS, SHORTEST_SESSION, Intensity, RiskTier
from domain.routines.states import RunStatus
from domain.routines.steps import MAX_STEPS, Block, Step, StepKind
from rest_compat.wire.body import parse_json, read_body

MAX_BODY = 256 * 1024
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
"""What a text may not hold; marks that turn its direction could make a name look like another."""
WORDS = {
    "missing": "required",
    "model_type": "must be a JSON object",
    "list_type": "must be a list",
    "string_type": "must be a string",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "finite_number": "must be a finite number",
    "enum": "must be one of {expected}",
    "greater_than_equal": "must be {ge} at least",
    "less_than_equal": "must be {le} at most",
    "string_too_short": "must not be empty",
    "string_too_long": "must have {max_length} characters at most",
    "too_long": "must hold {max_length} at most",
}
Body = TypeVar("Body", bound="Sent")


def _without_controls(text: str) -> str:
    if CONTROLS.search(text):
        raise PydanticCustomError("control_character", "must not hold control characters")
    return text


def _whole(value: Any) -> Any:
    """JSON knows numbers only: 3.0 is 3."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _once_each(values: list[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


def _lower(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value


Text = Annotated[
    StrictStr,
    StringConstraints(min_length=1, max_length=200, strip_whitespace=True),
    AfterValidator(_without_controls),
]
LongText = Annotated[StrictStr, StringConstraints(max_length=4000), AfterValidator(_without_controls)]
Labels = Annotated[list[Text], Field(max_length=50)]
Whole = Annotated[StrictInt, BeforeValidator(_whole)]
Place = Annotated[Whole, Field(ge=0, le=10_000)]
Seconds = Annotated[Whole, Field(ge=0, le=24 * 3600)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]


class Sent(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=False, extra="ignore")


class Wishes(Sent):
    """All optional (seed)."""

    goal: Text | None = None
    intensity: Annotated[Intensity, BeforeValidator(_lower)] | None = None
    frequency: Annotated[Whole, Field(ge=1, le=MOST_SESSIONS)] | None = None
    preferred_session_duration_minutes: (
        Annotated[Whole, Field(ge=SHORTEST_SESSION, le=LONGEST_SESSION)] | None
    ) = None
    equipment_availability: Labels | None = None
    allow_duplicate_routine_templates: StrictBool | None = None

    def as_asked(self) -> Asked:
        return Asked(
            self.goal,
            self.intensity,
            self.frequency,
            self.preferred_session_duration_minutes,
            self.equipment_availability,
            bool(self.allow_duplicate_routine_templates),
        )


class Start(Sent):
    routine_instance_id: Text
    started_from: Text


class RunChange(Sent):
    status: RunStatus | None = None
    current_step_index: Place | None = None


class Sync(Sent):
    ai_move_session_id: Text | None = None
    sequence_index: Place | None = None
    guided_complete: StrictBool | None = None
    skipped: StrictBool | None = None


class Assignment(Sent):
    routine_template_id: Text
    queue_index: Place | None = None
    allow_duplicate_routine_templates: StrictBool | None = None


class SentStep(Sent):
    step_id: Text | None = None
    sequence_index: Place | None = None
    block: Block = Block.MAIN
    kind: StepKind
    exercise_id: Text | None = None
    title: Text | None = None
    title_zh: Text | None = None
    target_value: Annotated[Whole, Field(ge=1, le=10_000)] | None = None
    duration_seconds: Annotated[Seconds, Field(ge=1)] | None = None
    rest_seconds_after: Seconds | None = None

    def as_step(self, step_id: str) -> Step:
        return Step(**{**self.model_dump(exclude={"sequence_index"}), "step_id": step_id})


class TemplateChange(Sent):
    """PATCH: only what is sent changes."""

    name: Text = ""
    name_zh: Text | None = None
    description: LongText = ""
    goal: Text = "balance"
    intensity: Intensity = Intensity.MODERATE
    risk_tiers: Annotated[list[RiskTier], AfterValidator(_once_each)] = []
    estimated_duration_minutes: Annotated[Whole, Field(ge=1, le=240)] = 20
    equipment: Labels = []
    tags: Labels = []
    steps: Annotated[list[SentStep], Field(max_length=MAX_STEPS)] = []

    def as_steps(self) -> list[Step]:
        """In the order of the list, which is what `sequenceIndex` says; who sends no ids gets free ones."""
        told = "is the step's place in the list"
        wrong = [
            Detail(f"{told}, {index}", f"steps.{index}.sequenceIndex")
            for index, step in enumerate(self.steps)
            if step.sequence_index not in (None, index)
        ]
        if wrong:
            raise Invalid(f"sequenceIndex {told}: send it so, or leave it out", *wrong)
        sent = {step.step_id for step in self.steps}
        free = (name for n in count(1) if (name := f"step_{n:03d}") not in sent)
        return [step.as_step(step.step_id or next(free)) for step in self.steps]


class NewTemplate(TemplateChange):
    name: Text


class CatalogueChange(Sent):
    enabled_library_template_ids: Annotated[list[Text], Field(max_length=1000)]


async def read(request: Request, kind: type[Body]) -> Body:
    """The body as this kind; none at all is an empty object."""
    body = await read_body(request, limit=MAX_BODY)
    sent = parse_json(body) if body.strip() else {}
    if not isinstance(sent, dict):
        raise Invalid("The body must be a JSON object")
    return judged(sent, kind)


def judged(sent: dict[str, Any], kind: type[Body], *, by_name: bool = False) -> Body:
    """`by_name`: in our own spelling instead of the documented one; complaints are in the documented one."""
    try:
        return kind.model_validate(sent, by_alias=not by_name, by_name=by_name)
    except ValidationError as error:
        details = [_detail(problem) for problem in error.errors(include_input=False)]
        raise Invalid(f"{details[0].field} {details[0].message}", *details) from None


def _detail(problem: ErrorDetails) -> Detail:
    field = ".".join(str(at) for at in problem["loc"])
    return Detail(WORDS.get(problem["type"], problem["msg"]).format_map(problem.get("ctx", {})), field)
