"""Which routines make a plan, and in which order: rules a coach would accept, as data. Pure, and always the same.

Safety excludes: nothing above the risk tier, nothing harder than the tier bears, nothing that needs what is not there.
What is left is weighed by the goal, the intensity, the time and the user's likes; each pick says why it was made,
and notes say where the plan is not what was wished for.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
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
MET = 3.5
ENOUGH_VO2MAX: Mapping[Intensity, float] = {Intensity.MODERATE: 5 * MET, Intensity.HIGH: 8 * MET}
"""In mL/kg/min. Moderate work takes about 4 METs, vigorous work 6 and more (Ainsworth 2011): three quarters of this."""
MOST_SESSIONS, SHORTEST_SESSION, LONGEST_SESSION = 14, 5, 180
"""Sessions a week, and minutes, that somebody may wish for."""
BETWEEN_WORDS = re.compile(r"[\s_-]+")
CLOSE_MINUTES, NEAR_MINUTES = 5, 10
FILLS = "fills the week, though it trains something else"
STANDS_IN = "stands in, as nothing here serves the goal"


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


@lru_cache(maxsize=4096)
def spelled_alike(text: str) -> str:
    """What goals, labels and equipment are compared by: case, and what stands between words, make no difference."""
    return BETWEEN_WORDS.sub("-", text.strip()).casefold()


@dataclass(frozen=True)
class Wishes:
    """`goal` and `equipment` as `spelled_alike` has them; without `equipment` nobody said. `frequency`: a week."""

    goal: str
    intensity: str
    frequency: int
    minutes: int
    equipment: frozenset[str] | None = None
    allow_duplicates: bool = False


@dataclass(frozen=True)
class Bound:
    """The hardest that something known of a user bears; `reason` says what that is."""

    intensity: Intensity
    reason: str


@dataclass(frozen=True)
class Person:
    """What is known of whom the plan is for; `likes` and `dislikes` as `spelled_alike` has them."""

    tier: RiskTier | None = None
    likes: frozenset[str] = frozenset()
    dislikes: frozenset[str] = frozenset()
    pai_score: float | None = None
    vo2max: float | None = None

    @property
    def bound(self) -> Bound:
        """Where no risk is known, as for a moderate one."""
        told = f"the assessed risk is {self.tier}" if self.tier else "no risk assessment is on record"
        bounds = [Bound(HARDEST[self.tier or RiskTier.MODERATE], told)]
        if self.vo2max is not None:
            borne = [i for i in HARDNESS if self.vo2max >= ENOUGH_VO2MAX.get(i, 0)]
            bounds.append(Bound(borne[-1], f"a VO2 max of {self.vo2max:.0f} mL/kg/min is too low for more"))
        return min(bounds, key=lambda bound: HARDNESS.index(bound.intensity))

    def borne(self, intensity: str) -> Intensity:
        """The intensity, or the hardest that is not too hard."""
        return min(Intensity(intensity), self.bound.intensity, key=HARDNESS.index)


@dataclass(frozen=True)
class Pick:
    template_id: UUID
    name: str
    reasons: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Choice:
    """`notes`: where it is not what was wished for, and why."""

    picks: tuple[Pick, ...]
    notes: tuple[str, ...]


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

    def because(self, reason: str) -> "Weighed":
        return replace(self, reasons=(*self.reasons, reason))


def _apart(template: Template, wishes: Wishes, person: Person) -> int:
    """How many steps of intensity lie between the template and what is wished for and borne."""
    return abs(HARDNESS.index(Intensity(template.intensity)) - HARDNESS.index(person.borne(wishes.intensity)))


def _labels(template: Template) -> set[str]:
    return {spelled_alike(label) for label in (template.goal, *template.tags)}


def _trains(template: Template, wishes: Wishes) -> bool:
    return spelled_alike(template.goal) == wishes.goal


def _supports(template: Template, wishes: Wishes) -> bool:
    return spelled_alike(template.goal) in SUPPORTS.get(wishes.goal, ())


def _needed(template: Template) -> set[str]:
    return {spelled_alike(name) for name in template.equipment}


def _minutes_apart(template: Template, wishes: Wishes) -> int:
    return abs(template.estimated_duration_minutes - wishes.minutes)


RULES = (
    Rule("trains the goal", 12, lambda t, w, _: _trains(t, w)),
    Rule("supports the goal", 6, lambda t, w, _: _supports(t, w)),
    Rule("is as hard as it should be", 4, lambda t, w, p: _apart(t, w, p) == 0),
    Rule("is a step from the intensity", 2, lambda t, w, p: _apart(t, w, p) == 1),
    Rule("fits the time", 3, lambda t, w, _: _minutes_apart(t, w) <= CLOSE_MINUTES),
    Rule("nearly fits the time", 1, lambda t, w, _: CLOSE_MINUTES < _minutes_apart(t, w) <= NEAR_MINUTES),
    Rule("is liked", 2, lambda t, _, p: bool(p.likes & _labels(t))),
    Rule("is not liked", -5, lambda t, _, p: bool(p.dislikes & _labels(t))),
    Rule("needs special equipment", -3, lambda t, w, _: w.equipment is None and not _needed(t) <= HOUSEHOLD),
)  # fmt: skip


def choose(templates: Collection[Template], wishes: Wishes, person: Person) -> Choice:
    """The sessions of a week in their order; empty where no template is safe and possible.

    What serves the goal comes first. Where that is too little for the week it comes again and again if duplicates
    are allowed; else other safe routines fill the week, and each comes once.
    """
    ranked = sorted(
        (weighed(template, wishes, person) for template in templates if possible(template, wishes, person)),
        key=lambda one: (-one.points, one.template.name, str(one.template.id)),
    )
    serving = [one for one in ranked if _trains(one.template, wishes) or _supports(one.template, wishes)]
    served = {one.template.id for one in serving}
    others = [one.because(FILLS if serving else STANDS_IN) for one in ranked if one.template.id not in served]
    wanted = serving[: wishes.frequency]
    filling = [] if wishes.allow_duplicates and serving else others[: wishes.frequency - len(wanted)]
    week = _easiest_first([*_varied(wanted), *_varied(filling)], person)
    length = wishes.frequency if wishes.allow_duplicates and week else len(week)
    picks = [Pick(one.template.id, one.template.name, one.reasons) for one in islice(cycle(week), length)]
    return Choice(tuple(picks), tuple(_notes(wishes, person, serving, picks)))


def possible(template: Template, wishes: Wishes, person: Person) -> bool:
    """Safe for the user's risk, no harder than it bears, and doable with what is there."""
    safe = not template.risk_tiers or (person.tier or RiskTier.MODERATE) in template.risk_tiers
    bearable = person.borne(template.intensity) == template.intensity
    doable = wishes.equipment is None or wishes.equipment >= _needed(template)
    return safe and bearable and doable


def weighed(template: Template, wishes: Wishes, person: Person) -> Weighed:
    holding = [rule for rule in RULES if rule.holds(template, wishes, person)]
    return Weighed(template, sum(rule.points for rule in holding), tuple(rule.reason for rule in holding))


def _varied(chosen: Sequence[Weighed]) -> Iterator[Weighed]:
    """The best first; then, where possible, never the same goal twice running."""
    left, last = list(chosen), None
    while left:
        following = next((one for one in left if one.template.goal != last), left[0])
        left.remove(following)
        last = following.template.goal
        yield following


def _easiest_first(week: Sequence[Weighed], person: Person) -> list[Weighed]:
    """Who has hardly moved begins with the easiest, and is told why."""
    if not week or person.pai_score is None or person.pai_score >= INACTIVE_PAI:
        return list(week)
    easiest = min(week, key=lambda one: HARDNESS.index(Intensity(one.template.intensity)))
    if easiest is week[0]:
        return list(week)
    told = f"comes first as the easiest: a PAI score of {person.pai_score:.0f} says there was little activity lately"
    return [easiest.because(told), *(one for one in week if one is not easiest)]


def _notes(
    wishes: Wishes, person: Person, serving: Sequence[Weighed], picks: Sequence[Pick]
) -> Iterator[str]:
    borne = person.borne(wishes.intensity)
    if borne != wishes.intensity:
        yield f"The intensity is {borne} instead of {wishes.intensity}: {person.bound.reason}"
    if picks and not serving:
        yield f"No routine that is safe and possible here serves the goal {wishes.goal}; others stand in"
    if 0 < len(picks) < wishes.frequency:
        yield f"{wishes.frequency} sessions a week were asked for; the routines that suit are {len(picks)}"
