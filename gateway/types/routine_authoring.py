"""Authoring routine templates, and choosing from the library."""

from typing import Annotated, Any
from uuid import UUID

import strawberry

from domain import clients
from domain.routines import catalogue, steps, templates
from domain.unit import Unit
from domain.viewer import Scope
from gateway.context import Context
from gateway.global_ids import read_global_id
from gateway.mutations import Payload, given, mutation
from gateway.types.nodes import Id, field
from gateway.types.payloads import changed
from gateway.types.routine_words import RiskTier, RoutineBlock, RoutineIntensity, RoutineStepKind
from gateway.types.routines import RoutineCatalogue
from rest_compat.gofa.bodies import NewTemplate, TemplateChange, judged

Info = strawberry.Info[Context, None]
Ids = Annotated[
    list[strawberry.ID],
    strawberry.argument(description="Global ids or UUIDs of the library's templates: these and no others."),
]


@strawberry.input(description="One step of a routine.")
class RoutineStepInput:
    kind: RoutineStepKind = field("How it is known that it is done.")
    block: RoutineBlock = field("Where it belongs; the main part unless said.", default=RoutineBlock.MAIN)
    step_id: str | None = field("Its name in this routine; numbered unless said.", default=None)
    exercise_id: str | None = field("Which exercise AI Move watches, such as march-basic.", default=None)
    title: str | None = field("What it is called; a guided step needs one.", default=None)
    title_zh: str | None = field("In Traditional Chinese.", default=None)
    target_value: int | None = field("Repetitions, or seconds where it is held.", default=None)
    duration_seconds: int | None = field("How long it takes.", default=None)
    rest_seconds_after: int | None = field("How long to rest then.", default=None)


@strawberry.input(description="A routine template. To change one, give only what changes.")
class RoutineTemplateInput:
    name: strawberry.Maybe[str | None] = field("What it is called; needed to create one.", default=None)
    name_zh: strawberry.Maybe[str | None] = field("In Traditional Chinese.", default=None)
    description: strawberry.Maybe[str | None] = field("What it is, for those who do it.", default=None)
    goal: strawberry.Maybe[str | None] = field("What it is good for; balance unless said.", default=None)
    intensity: strawberry.Maybe[RoutineIntensity | None] = field(
        "How hard it is; moderate unless said.", default=None
    )
    risk_tiers: strawberry.Maybe[list[RiskTier] | None] = field(
        "Whom it suits; empty for everybody.", default=None
    )
    estimated_duration_minutes: strawberry.Maybe[int | None] = field(
        "How long it takes; 20 unless said.", default=None
    )
    equipment: strawberry.Maybe[list[str] | None] = field("What is needed for it.", default=None)
    tags: strawberry.Maybe[list[str] | None] = field("What it is to be found by.", default=None)
    steps: strawberry.Maybe[list[RoutineStepInput] | None] = field(
        "All of its steps, in order.", default=None
    )


@strawberry.type(description="The routine template as it is now.")
class RoutineTemplatePayload(Payload):
    routine_template = changed("routines.RoutineTemplate", "The routine template as it is now.")


async def chosen(root: strawberry.Parent[Any], info: Info) -> Any:
    return await catalogue.get_catalogue(info.context.unit) if root.outcome else None


@strawberry.type(description="The choice as it is now.")
class RoutineCataloguePayload(Payload):
    routine_catalogue: RoutineCatalogue | None = field("The choice as it is now.", resolver=chosen)


@strawberry.type
class RoutineAuthoringMutation:
    @mutation(RoutineTemplatePayload, Scope.ROUTINES_AUTHOR)
    async def create_routine_template(self, unit: Unit, input: RoutineTemplateInput) -> UUID:
        """A draft of a routine template, your client's own."""
        await clients.enter(unit, Scope.ROUTINES_AUTHOR)
        return await templates.add_template(unit, _fields(judged(given(input), NewTemplate, by_name=True)))

    @mutation(RoutineTemplatePayload, Scope.ROUTINES_AUTHOR)
    async def change_routine_template(self, unit: Unit, id: Id, input: RoutineTemplateInput) -> UUID:
        """Change what is given of a routine template of your client; runs keep the steps they began with."""
        await clients.enter(unit, Scope.ROUTINES_AUTHOR)
        template_id, sent = _template(id), judged(given(input), TemplateChange, by_name=True)
        fields = {name: value for name, value in _fields(sent).items() if name in sent.model_fields_set}
        await templates.change_template(unit, template_id, fields)
        return template_id

    @mutation(RoutineTemplatePayload, Scope.ROUTINES_AUTHOR)
    async def publish_routine_template(self, unit: Unit, id: Id) -> UUID:
        """Let users be given a routine template; publishing again changes nothing."""
        await clients.enter(unit, Scope.ROUTINES_AUTHOR)
        template_id = _template(id)
        await templates.publish_template(unit, template_id)
        return template_id

    @mutation(
        RoutineCataloguePayload,
        Scope.ROUTINES_AUTHOR,
        spelled={"enabledLibraryTemplateIds": "enabledTemplateIds"},
    )
    async def change_routine_catalogue(self, unit: Unit, enabled_template_ids: Ids) -> None:
        """Choose which of the library's routine templates your users may be given."""
        await clients.enter(unit, Scope.ROUTINES_AUTHOR)
        await catalogue.change_catalogue(unit, [_template(id) for id in enabled_template_ids])


def _fields(sent: TemplateChange) -> dict[str, Any]:
    """As the domain calls them, the steps checked as a routine."""
    checked = steps.checked(sent.as_steps())
    return {**sent.model_dump(exclude={"steps"}), "steps": checked}


def _template(id: str) -> UUID:
    return read_global_id("RoutineTemplate", id)
