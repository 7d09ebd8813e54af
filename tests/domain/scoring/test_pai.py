from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.scoring.heart_rate import Samples
from domain.scoring.pai import (
    MOST_ACTIVITY_A_DAY,
    ByZone,
    DayActivity,
    PaiDay,
    day_activity,
    points_per_minute,
    score,
    summarise,
    zone_limits,
)
from tests.domain.scoring.strategies import bodies, day_of, days, hostile_samples, steady

RESTING, MAX = 60, 185
activity_scores = st.floats(0, MOST_ACTIVITY_A_DAY)
previous_days = st.lists(activity_scores, max_size=6)


def worth(activity: float) -> DayActivity:
    return DayActivity(ByZone(medium=activity), ByZone(medium=activity))


def summaries(activities: list[DayActivity | None]) -> list[PaiDay]:
    scores = [day.activity_score if day else 0.0 for day in activities]
    return [summarise(day, scores[max(0, i - 6) : i]) for i, day in enumerate(activities)]


@pytest.mark.parametrize(
    ("published", "reserve", "minutes_a_week"),
    [
        ("40 minutes, very intensive", 0.85, 43),
        ("75 minutes, high: the middle of 60 to 89 % of reserve", 0.745, 64),
        ("300 minutes, moderate: the middle of 40 to 59 % of reserve", 0.495, 295),
        ("600 minutes, leisurely", 0.43, 624),
    ],
)
def test_a_score_of_100_takes_the_anchored_minutes_a_week(published, reserve, minutes_a_week):
    resting, highest = 50.0, 200.0
    bpm = resting + reserve * (highest - resting)
    needed = 200 * log(2)

    a_minute = day_activity(steady(bpm, minutes=1), resting, highest).raw

    assert round(needed / a_minute) == minutes_a_week, published
    assert score(a_minute * minutes_a_week) == pytest.approx(100, abs=1)


@pytest.mark.parametrize(
    ("resting", "highest", "limits"),
    [(65, 198, (105, 119, 158)), (65, 195, (104, 117, 156)), (80, 160, (104, 104, 128))],
)
def test_a_heart_rate_on_a_limit_is_in_the_zone_above_it(resting, highest, limits):
    zones = zone_limits(resting, highest)

    minutes = day_activity(steady(zones.high, 10), resting, highest).zone_minutes
    below = day_activity(steady(zones.high - 1, 10), resting, highest).zone_minutes

    assert (zones.low, zones.medium, zones.high) == limits
    assert minutes == ByZone(high=pytest.approx(10))
    assert below == ByZone(medium=pytest.approx(10))


def test_half_a_beat_rounds_a_limit_up():
    assert zone_limits(60, 155).low == 89  # 88.5, which Python's round() would take to 88


def test_minutes_in_the_low_zone_begin_on_its_limit():
    low = zone_limits(RESTING, MAX).low

    assert day_activity(steady(low, 10), RESTING, MAX).zone_minutes == ByZone(low=pytest.approx(10))


def test_below_the_low_limit_neither_minutes_nor_points_are_earned():
    low = zone_limits(RESTING, MAX).low

    assert day_activity(steady(low - 1, 60), RESTING, MAX) == DayActivity()


def test_nothing_is_earned_at_30_per_cent_of_reserve_and_five_points_a_minute_at_the_maximum():
    assert points_per_minute(np.array([0.0, 0.3, 1.0])).tolist() == [0.0, 0.0, 5.0]


def test_a_heart_rate_above_the_maximum_earns_as_much_as_the_maximum():
    assert day_activity(steady(220, 10), RESTING, MAX) == day_activity(steady(MAX, 10), RESTING, MAX)


def test_a_day_without_data_is_a_day_without_activity():
    assert summarise(None, [30.0, 20.0]) == summarise(DayActivity(), [0.0, 30.0, 0.0, 20.0, 0.0, 0.0])


def test_more_than_six_previous_days_are_refused():
    with pytest.raises(ValueError, match="six days"):
        summarise(None, [0.0] * 7)


def test_points_expire_on_the_seventh_day_after():
    days = summaries([worth(50.0), *[None] * 7])

    assert [day.pai_score for day in days] == [pytest.approx(score(50.0))] * 7 + [0.0]


@given(st.lists(st.none() | activity_scores.map(worth), min_size=8, max_size=24), st.data())
def test_a_change_on_one_day_touches_only_that_day_and_the_six_after(activities, data):
    changed = data.draw(st.integers(0, len(activities) - 1))
    before = summaries(activities)

    after = summaries([*activities[:changed], worth(90.0), *activities[changed + 1 :]])

    touched = {i for i, (old, new) in enumerate(zip(before, after, strict=True)) if old != new}
    assert touched <= set(range(changed, changed + 7))


@given(days(), bodies(), previous_days)
def test_zone_pai_adds_up_to_daily_pai(pairs, body, previous):
    day = summarise(day_activity(day_of(pairs), *body), previous)

    assert day.zone_pai.total == pytest.approx(day.daily_pai, abs=1e-9)


@given(days(bpm=st.integers(30, 239)), st.floats(0, 1), bodies(), previous_days)
def test_zone_pai_adds_up_for_fractions_of_a_beat_too(pairs, fraction, body, previous):
    whole = day_of(pairs)
    activity = day_activity(Samples(whole.time, whole.bpm + fraction), *body)

    day = summarise(activity, previous)

    assert day.zone_pai.total == pytest.approx(day.daily_pai, abs=1e-9)
    assert min(day.zone_pai.low, day.zone_pai.medium, day.zone_pai.high) >= 0


@given(days(), bodies(), st.randoms(use_true_random=False))
def test_the_order_of_samples_does_not_matter(pairs, body, chance):
    shuffled = chance.sample(pairs, len(pairs))

    assert day_activity(day_of(shuffled), *body) == day_activity(day_of(pairs), *body)


@given(days(), bodies(), st.integers(0, 60))
def test_splitting_imports_does_not_matter(pairs, body, cut):
    imports = Samples.joined([day_of(pairs[cut:]), day_of(pairs[:cut]), day_of(pairs[cut:])])

    assert day_activity(imports, *body) == day_activity(day_of(pairs), *body)


@given(days(), bodies())
def test_duplicates_in_time_add_nothing(pairs, body):
    assert day_activity(day_of(pairs + pairs), *body) == day_activity(day_of(pairs), *body)


@given(activity_scores)
def test_exactly_half_is_earned_at_a_score_of_100(activity):
    at_100 = [200 * log(2) / 6] * 6
    assert score(sum(at_100)) == pytest.approx(100)

    rested, trained = summarise(worth(activity), []), summarise(worth(activity), at_100)

    assert trained.daily_pai == pytest.approx(rested.daily_pai / 2, abs=1e-12)


@given(st.floats(0, 1e6), previous_days)
def test_no_day_earns_more_than_75(raw, previous):
    assert summarise(worth(raw), previous).daily_pai <= 75 + 1e-9


def test_the_longest_and_hardest_day_earns_75():
    assert summarise(day_activity(steady(MAX, 1440), RESTING, MAX), []).daily_pai == pytest.approx(
        75, abs=1e-12
    )


@given(days(least=2), bodies(), previous_days, st.data())
def test_a_higher_heart_rate_never_earns_less(pairs, body, previous, data):
    raised = [(time, data.draw(st.integers(bpm, 240))) for time, bpm in pairs]

    less, more = (day_activity(day_of(day), *body) for day in (pairs, raised))

    assert more.raw >= less.raw - 1e-9
    assert summarise(more, previous).daily_pai >= summarise(less, previous).daily_pai - 1e-9


@given(st.none() | st.floats(0, 1e9).map(worth), previous_days)
def test_a_score_is_at_least_0_and_below_200(day, previous):
    assert 0 <= summarise(day, previous).pai_score < 200


@given(previous_days, activity_scores)
def test_a_day_earns_what_its_score_rose_by(previous, activity):
    day = summarise(worth(activity), previous)

    assert day.daily_pai == day.pai_score - score(sum(previous))
    assert day.daily_pai >= 0


@given(hostile_samples(), bodies())
def test_hostile_samples_never_raise(samples, body):
    day = summarise(day_activity(samples, *body), [])

    assert 0 <= day.daily_pai <= 75 + 1e-9
    assert 0 <= day.zone_minutes.total <= samples.time.size


@given(days())
def test_a_day_can_be_scored_again_from_what_was_stored(pairs):
    day = day_activity(day_of(pairs), RESTING, MAX)

    stored = DayActivity(ByZone(day.zone_raw.low, day.zone_raw.medium, day.zone_raw.high), day.zone_minutes)

    assert summarise(stored, [12.0]) == summarise(day, [12.0])
