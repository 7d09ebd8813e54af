"""When a delivery is tried again: the schedule, its spread, and what receivers may ask for."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.settings import Settings
from domain.webhooks.retries import LONGEST_PAUSE, delay_before, pause_asked

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
DELAYS = Settings().webhook_retries
NOTHING = timedelta(0)


def test_the_schedule_grows_and_takes_two_days():
    assert list(DELAYS) == sorted(DELAYS)
    assert DELAYS[0] == timedelta(seconds=5)
    assert timedelta(hours=44) < sum(DELAYS, NOTHING) <= timedelta(hours=48)


@given(st.integers(0, 20), st.timedeltas(NOTHING, timedelta(days=9999)))
def test_a_pause_is_near_the_schedules_or_the_one_asked_for(retry, asked):
    delay = delay_before(retry, DELAYS, asked)

    if retry >= len(DELAYS):
        assert delay is None
    else:
        bounded = min(asked, LONGEST_PAUSE)
        assert max(DELAYS[retry] * 0.9, bounded) <= delay <= max(DELAYS[retry] * 1.1, bounded)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        (None, 0),
        ("0", 0),
        ("120", 120),
        ("Sat, 01 Jun 2024 12:30:00 GMT", 1800),
        ("Sat, 01 Jun 2024 12:30:00 -0000", 1800),
        ("Sat, 01 Jun 2024 11:00:00 GMT", 0),
        ("-5", 0),
        ("1.5", 0),
        ("٣", 0),
        ("9" * 5000, 0),
        ("soon", 0),
        ("", 0),
    ],
)
def test_what_a_receiver_says_is_taken_if_it_makes_sense(said, seconds):
    assert pause_asked(said, NOW) == timedelta(seconds=seconds)


@settings(max_examples=50)
@given(st.text("0123456789-:+, GMTSatJun", max_size=40))
def test_whatever_a_receiver_says_is_no_harm(said):
    assert pause_asked(said, NOW) >= NOTHING
