"""Durations as an operator may write them in the environment, and the sentence where one cannot be read."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from domain.settings import Settings

TEN = timedelta(seconds=10)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("10", TEN),
        (" 10 s", TEN),
        ("PT10S", TEN),
        ("0.5", TEN / 20),
        ("2.5h", timedelta(hours=2.5)),
        ("5min", timedelta(minutes=5)),
        ("14d", timedelta(days=14)),
    ],
)
def test_seconds_units_and_iso_8601_are_read(monkeypatch, text, read):
    monkeypatch.setenv("GATEWAY_DEADLINE", text)

    assert Settings().deadline == read


@pytest.mark.parametrize(
    "text", ["", "soon", "-1", "0", "PT0S", "10 minutes", "1e3", "9" * 400, "P99999999D", "nan"]
)
def test_what_is_no_duration_is_told_with_what_would_be(monkeypatch, text):
    monkeypatch.setenv("GATEWAY_DEADLINE", text)
    with pytest.raises(ValidationError) as error:
        Settings()

    [told] = error.value.errors()
    assert told["loc"] == ("deadline",)
    assert "takes" in told["msg"]
    assert "identifier" not in told["msg"]


def test_each_of_several_may_be_written_otherwise(monkeypatch):
    monkeypatch.setenv("GATEWAY_WEBHOOK_RETRIES", '[5, "2min", "PT1H"]')

    assert Settings().webhook_retries == (TEN / 2, timedelta(minutes=2), timedelta(hours=1))
