"""Plans by rules: safe whatever is wished for, the same for the same, and what a coach would do."""

from dataclasses import dataclass, replace
from uuid import UUID, uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import Conflict, Invalid
from domain.moves import check_move
from domain.routines.rules import (
    ENOUGH_VO2MAX,
    HARDEST,
    HARDNESS,
    Intensity,
    Person,
    RiskTier,
    Wishes,
    choose,
    possible,
    spelled_alike,
)
from domain.routines.states import (
    INSTANCE_MOVES,
    RUN_MOVES,
    TEMPLATE_MOVES,
    InstanceStatus,
    RunStatus,
    TemplateStatus,
)
from domain.routines.steps import Block, Step, StepKind, checked, copied, rate, recomputed, summary_of

NAMES = UUID(int=1)
GOALS = ("balance", "strength", "endurance", "mobility", "relaxation", "swimming")
EQUIPMENT = ("chair", "mat", "resistance band")


@dataclass(frozen=True)
class Template:
    name: str
    goal: str = "balance"
    intensity: str = "moderate"
    risk_tiers: tuple[str, ...] = ()
    estimated_duration_minutes: int = 20
    equipment: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    @property
    def id(self) -> UUID:
        return uuid5(NAMES, self.name)


WISHES = Wishes("balance", "moderate", 3, 20)
templates = st.lists(
    st.builds(
        Template,
        name=st.text("abcdef", min_size=1, max_size=3),
        goal=st.sampled_from(GOALS),
        intensity=st.sampled_from(HARDNESS),
        risk_tiers=st.lists(st.sampled_from(RiskTier), max_size=2).map(tuple),
        estimated_duration_minutes=st.integers(5, 60),
        equipment=st.lists(st.sampled_from(EQUIPMENT), max_size=2).map(tuple),
    ),
    max_size=8,
    unique_by=lambda template: template.name,
)
wishes = st.builds(
    Wishes,
    goal=st.sampled_from(GOALS),
    intensity=st.sampled_from(HARDNESS),
    frequency=st.integers(1, 14),
    minutes=st.integers(5, 60),
    equipment=st.none() | st.frozensets(st.sampled_from(EQUIPMENT)),
    allow_duplicates=st.booleans(),
)
people = st.builds(
    Person,
    tier=st.none() | st.sampled_from(RiskTier),
    likes=st.frozensets(st.sampled_from(GOALS), max_size=2),
    pai_score=st.none() | st.floats(0, 200),
    vo2max=st.none() | st.floats(10, 60),
)


def names(choice):
    return [pick.name for pick in choice.picks]


@settings(max_examples=60)
@given(templates, wishes, people, st.randoms())
def test_a_plan_is_safe_possible_and_the_same_for_the_same(offered, wished, person, random):
    choice = choose(offered, wished, person)
    picks = choice.picks

    shuffled = random.sample(offered, len(offered))
    assert choose(shuffled, wished, person) == choice
    by_id = {template.id: template for template in offered}
    for pick in picks:
        template = by_id[pick.template_id]
        tier = person.tier or RiskTier.MODERATE
        assert not template.risk_tiers or tier in template.risk_tiers
        assert HARDNESS.index(template.intensity) <= HARDNESS.index(HARDEST[tier])
        assert (person.vo2max or 99) >= ENOUGH_VO2MAX.get(template.intensity, 0)
        assert wished.equipment is None or wished.equipment >= set(template.equipment)
    distinct = set(names(choice))
    safe = [one for one in offered if possible(one, wished, person)]
    if not wished.allow_duplicates:
        assert len(picks) == len(distinct) == min(wished.frequency, len(safe))
    elif picks:
        assert len(picks) == wished.frequency
    told = " ".join(choice.notes)
    assert ("sessions a week were asked for" in told) == (0 < len(picks) < wished.frequency)
    assert (f"instead of {wished.intensity}" in told) == (person.borne(wished.intensity) != wished.intensity)
    assert choose([*offered, Template("zzz", goal=wished.goal, intensity="low")], wished, person).picks


def test_the_goal_comes_first_then_what_supports_it_then_what_fills_the_week():
    offered = [Template("sea", "swimming"), Template("arms", "strength"), Template("feet"), Template("toes")]

    assert names(choose(offered, replace(WISHES, frequency=7), Person())) == ["feet", "arms", "toes", "sea"]
    assert names(choose(offered, replace(WISHES, frequency=2), Person())) == ["feet", "toes"]
    first, *_, last = choose(offered, replace(WISHES, frequency=4), Person()).picks
    assert first.reasons == ("trains the goal", "is as hard as it should be", "fits the time")
    assert last.reasons[-1] == "fills the week, though it trains something else"


def test_a_goal_that_nothing_serves_is_told_and_something_safe_stands_in():
    [pick] = (choice := choose([Template("sea", "swimming")], WISHES, Person())).picks

    assert "stands in" in pick.reasons[-1]
    assert choice.notes == (
        "No routine that is safe and possible here serves the goal balance; others stand in",
        "3 sessions a week were asked for; the routines that suit are 1",
    )


def test_neither_case_nor_what_stands_between_words_makes_a_difference():
    offered = [
        Template("a", "Fall Prevention", equipment=(" Resistance_Band",), tags=("Seated",)),
        Template("b", "x"),
    ]
    wished = replace(
        WISHES, goal=spelled_alike(" fall-PREVENTION "), equipment=frozenset({"resistance-band"})
    )

    [first, *_] = choose(offered, wished, Person(likes=frozenset({"seated"}))).picks

    assert first.name == "a"
    assert {"trains the goal", "is liked"} <= set(first.reasons)


def test_a_wish_never_goes_above_what_the_risk_and_the_fitness_bear_and_that_is_told():
    offered = [Template(intensity, intensity=intensity) for intensity in HARDNESS]
    hard = replace(WISHES, intensity="high", frequency=1)

    for person, wanted, why in (
        (Person(RiskTier.LOW), "high", None),
        (Person(RiskTier.MODERATE), "moderate", "the assessed risk is moderate"),
        (Person(), "moderate", "no risk assessment is on record"),
        (Person(RiskTier.HIGH), "low", "the assessed risk is high"),
        (Person(RiskTier.LOW, vo2max=45), "high", None),
        (Person(RiskTier.LOW, vo2max=27), "moderate", "a VO2 max of 27 mL/kg/min is too low for more"),
        (Person(RiskTier.MODERATE, vo2max=16), "low", "a VO2 max of 16 mL/kg/min is too low for more"),
        (Person(RiskTier.HIGH, vo2max=60), "low", "the assessed risk is high"),
    ):
        choice = choose(offered, hard, person)
        assert names(choice) == [wanted]
        assert choice.notes == ((f"The intensity is {wanted} instead of high: {why}",) if why else ())


def test_who_has_hardly_moved_begins_with_the_easiest_and_is_told_why():
    offered = [Template("hard"), Template("easy", intensity="low", estimated_duration_minutes=60)]

    active, still = (choose(offered, WISHES, Person(pai_score=score)).picks for score in (120, 10))

    assert [pick.name for pick in active] == ["hard", "easy"]
    assert [pick.name for pick in still] == ["easy", "hard"]
    assert "a PAI score of 10" in still[0].reasons[-1]
    assert "PAI" not in str([pick.reasons for pick in active]) + str(still[1].reasons)


def test_equipment_likes_and_time_decide_between_equals():
    plain, band = Template("b plain"), Template("a band", equipment=("Resistance band",))
    assert names(choose([band, plain], WISHES, Person())) == ["b plain", "a band"]
    assert names(choose([band, plain], replace(WISHES, equipment=frozenset()), Person())) == ["b plain"]
    liked = [Template("a"), Template("b", tags=("seated",))]
    assert names(choose(liked, WISHES, Person(likes=frozenset({"seated"}))))[0] == "b"
    assert names(choose(liked, WISHES, Person(dislikes=frozenset({"seated"}))))[0] == "a"
    timed = [Template("a", estimated_duration_minutes=45), Template("b", estimated_duration_minutes=28)]
    assert names(choose(timed, WISHES, Person()))[0] == "b"


@pytest.mark.parametrize(
    ("moves", "states"),
    [(TEMPLATE_MOVES, TemplateStatus), (INSTANCE_MOVES, InstanceStatus), (RUN_MOVES, RunStatus)],
)
def test_every_state_has_its_row_and_whatever_is_not_in_it_is_a_conflict_that_says_why(moves, states):
    assert set(moves) == set(states)
    for now in states:
        for wanted in states:
            if wanted == now or wanted in moves[now]:
                check_move(moves, "It", now, wanted)
                continue
            with pytest.raises(Conflict) as conflict:
                check_move(moves, "It", now, wanted)
            assert conflict.value.message.startswith(f"It is {now} and cannot become {wanted}; ")
            assert all(allowed in conflict.value.message for allowed in moves[now])


def test_steps_are_checked_as_a_routine():
    good = [
        Step("a", Block.WARMUP, StepKind.GUIDED, title="x"),
        Step("b", Block.MAIN, StepKind.AI_MOVE, "squat"),
    ]
    assert [step["step_id"] for step in checked(good)] == ["a", "b"]
    for wrong in (
        good[::-1],
        [good[0], good[0]],
        [replace(good[0], title=None)],
        [replace(good[1], exercise_id=None)],
    ):
        with pytest.raises(Invalid) as refused:
            checked(wrong)
        assert refused.value.details


@dataclass(frozen=True)
class Session:
    status: str
    id: str = "s"
    duration_seconds: int = 30
    calories_burned: float = 2.5


def test_a_step_is_what_is_stored_of_it_and_a_summary_what_its_steps_are():
    template = checked([Step("a", Block.MAIN, StepKind.GUIDED, title="x", duration_seconds=60)] * 1)
    [step] = copied(template, {})
    told, skipped = {**step, "guided_complete": True}, {**step, "skipped": True}
    for one, session, wanted in (
        (step, None, ("pending", 0)),
        (told, None, ("completed", 60)),
        (skipped, None, ("skipped", 0)),
        ({**told, "skipped": True}, None, ("completed", 60)),
        (step, Session("abandoned"), ("in-progress", 30)),
        (skipped, Session("in-progress"), ("skipped", 30)),
        (skipped, Session("completed"), ("completed", 30)),
    ):
        once = recomputed(one, session)
        assert (once["status"], once["seconds"]) == wanted
        assert recomputed(once, session) == once
    steps = [
        recomputed(one, session)
        for one, session in ((told, None), (skipped, None), (step, Session("completed")))
    ]
    summary = summary_of(steps)
    assert (summary.completed_exercises, summary.total_exercises, summary.completion_rate) == (2, 3, 0.67)
    assert (summary.total_duration_seconds, summary.total_calories_burned, summary.handled) == (90, 2.5, True)


def test_a_rate_is_the_seeds():
    assert (rate(4, 6), rate(0, 0), rate(9, 3), rate(1, 1)) == (0.67, 0.0, 1, 1.0)
    assert Intensity("low") in HARDNESS
