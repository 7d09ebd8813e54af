"""Which routines make a plan, and in which order: rules a coach would accept, as data. Pure, and always the same.

Safety excludes: nothing above the risk tier, nothing harder than the tier bears, nothing that needs what is not there.
What is left is weighed by the goal, the intensity, the time and the user's likes; each pick says why it was made.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import cycle, islice
from typing import Protocol
from uuid import UUID


class RiskTier(StrEnum):
    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


class Intensity(StrEnum):
    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


HARDNESS = list(Intensity)
HARDEST: Mapping[RiskTier, Intensity] = {
    RiskTier.LOW: Intensity.HIGH,
    RiskTier.MODERATE: Intensity.MODERATE,
    RiskTier.HIGH: Intensity.LOW,
}
SUPPORTS: Mapping[str, tuple[str, ...]] = {
    "balance": ("fall-prevention", "strength", "mobility"),
    "fall-prevention": ("balance", "strength"),
    "strength": ("balance", "endurance"),
    "mobility": ("flexibility", "balance", "relaxation"),
    "flexibility": ("mobility", "relaxation"),
    "endurance": ("strength", "weight-loss"),
    "weight-loss": ("endurance", "strength"),
    "cognition": ("balance", "mobility"),
    "relaxation": ("mobility", "flexibility"),
}
"""What else a goal is served by."""
HOUSEHOLD = frozenset({"chair", "wall", "towel", "mat"})
"""What is taken to be there when nobody said what equipment there is."""
INACTIVE_PAI = 50
"""Below it the first session is the easiest: the user has hardly moved for a week."""
CLOSE_MINUTES, NEAR_MINUTES = 5, 10


class Template(Protocol):
    @property
    def id(self) -> UUID: ...
    @property
    def name(self) -> str: ...
    @property
    def goal(self) -> str: ...
    @property
    def intensity(self) -> str: ...
    @property
    def risk_tiers(self) -> Sequence[str]: ...
    @property
    def estimated_duration_minutes(self) -> int: ...
    @property
    def equipment(self) -> Sequence[str]: ...
    @property
    def tags(self) -> Sequence[str]: ...


@dataclass(frozen=True)
class Wishes:
    """`equipment` None: nobody said. `frequency`: sessions a week."""

    goal: str
    intensity: str
    frequency: int
    minutes: int
    equipment: frozenset[str] | None = None
    allow_duplicates: bool = False


@dataclass(frozen=True)
class Person:
    """What is known of whom the plan is for."""

    tier: RiskTier | None = None
    likes: frozenset[str] = frozenset()
    dislikes: frozenset[str] = frozenset()
    pai_score: float | None = None

    @property
    def hardest(self) -> Intensity:
        """Where no risk is known, as for a moderate one."""
        return HARDEST[self.tier or RiskTier.MODERATE]


@dataclass(frozen=True)
class Pick:
    template_id: UUID
    name: str
    reasons: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Rule:
    """`points` for a template of which it holds; `reason` is told to whoever asks why it was picked."""

    reason: str
    points: int
    holds: Callable[[Template, Wishes, Person], bool]


@dataclass(frozen=True)
class Weighed:
    template: Template
    points: int
    reasons: tuple[str, ...]


def _apart(template: Template, wishes: Wishes, person: Person) -> int:
    """How many steps of intensity lie between the template and what is wished for and borne."""
    wished = min(HARDNESS.index(Intensity(wishes.intensity)), HARDNESS.index(person.hardest))
    return abs(HARDNESS.index(Intensity(template.intensity)) - wished)


def _minutes_apart(template: Template, wishes: Wishes) -> int:
    return abs(template.estimated_duration_minutes - wishes.minutes)


RULES = (
    Rule("trains the goal", 12, lambda t, w, _: t.goal == w.goal),
    Rule("supports the goal", 6, lambda t, w, _: t.goal in SUPPORTS.get(w.goal, ())),
    Rule("is as hard as it should be", 4, lambda t, w, p: _apart(t, w, p) == 0),
    Rule("is a step from the intensity", 2, lambda t, w, p: _apart(t, w, p) == 1),
    Rule("fits the time", 3, lambda t, w, _: _minutes_apart(t, w) <= CLOSE_MINUTES),
    Rule("nearly fits the time", 1, lambda t, w, _: CLOSE_MINUTES < _minutes_apart(t, w) <= NEAR_MINUTES),
    Rule("is liked", 2, lambda t, _, p: bool(p.likes & {t.goal, *t.tags})),
    Rule("is not liked", -5, lambda t, _, p: bool(p.dislikes & {t.goal, *t.tags})),
    Rule("needs special equipment", -3, lambda t, w, _: w.equipment is None and not set(t.equipment) <= HOUSEHOLD),
)  # fmt: skip


def choose(templates: Collection[Template], wishes: Wishes, person: Person) -> list[Pick]:
    """The sessions of a week in their order; empty where no template is safe and possible.

    Fewer templates than sessions: each comes once, or again and again where duplicates are allowed.
    """
    ranked = sorted(
        (weighed(template, wishes, person) for template in templates if possible(template, wishes, person)),
        key=lambda one: (-one.points, one.template.name, str(one.template.id)),
    )
    serving = [one for one in ranked if _serves(one.template, wishes)] or ranked
    chosen = list(_ordered(serving[: wishes.frequency], person))
    length = wishes.frequency if wishes.allow_duplicates and chosen else len(chosen)
    return [Pick(one.template.id, one.template.name, one.reasons) for one in islice(cycle(chosen), length)]


def possible(template: Template, wishes: Wishes, person: Person) -> bool:
    """Safe for the user's risk, no harder than it bears, and doable with what is there."""
    safe = not template.risk_tiers or (person.tier or RiskTier.MODERATE) in template.risk_tiers
    bearable = HARDNESS.index(Intensity(template.intensity)) <= HARDNESS.index(person.hardest)
    doable = wishes.equipment is None or wishes.equipment >= {name.lower() for name in template.equipment}
    return safe and bearable and doable


def weighed(template: Template, wishes: Wishes, person: Person) -> Weighed:
    holding = [rule for rule in RULES if rule.holds(template, wishes, person)]
    return Weighed(template, sum(rule.points for rule in holding), tuple(rule.reason for rule in holding))


def _serves(template: Template, wishes: Wishes) -> bool:
    return template.goal == wishes.goal or template.goal in SUPPORTS.get(wishes.goal, ())


def _ordered(chosen: Sequence[Weighed], person: Person) -> Iterator[Weighed]:
    """The best first, or the easiest for who hardly moved; then, where possible, never the same goal twice running."""
    left = list(chosen)
    if left and person.pai_score is not None and person.pai_score < INACTIVE_PAI:
        easiest = min(left, key=lambda one: HARDNESS.index(Intensity(one.template.intensity)))
        left.insert(0, left.pop(left.index(easiest)))
    last = None
    while left:
        following = next((one for one in left if one.template.goal != last), left[0])
        left.remove(following)
        last = following.template.goal
        yield following
