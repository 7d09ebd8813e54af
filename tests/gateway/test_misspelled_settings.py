"""A variable that looks like a setting and is none: serve and worker warn of it, once, and go on."""

import pytest
import uvicorn
from structlog.testing import capture_logs
from typer.testing import CliRunner

from domain.misspelled import misspelled
from domain.settings import Settings
from gateway.cli import app
from gateway.commands.serving import warn_of_misspelled
from tests.loggers import loggers_as_they_were


@pytest.mark.parametrize(
    ("variable", "closest"),
    [
        ("GATEWAY_COSTMODE", "GATEWAY_COST_MODE"),
        ("GATEWAY_DATABASE_ULR", "GATEWAY_DATABASE_URL"),
        ("gateway_databse_url", "GATEWAY_DATABASE_URL"),
        ("GATEWAY_SECRET", "GATEWAY_SECRET_KEY"),
        ("GATEWAY_DB_URL", None),
        ("GATEWAY_", None),
    ],
)
def test_the_closest_setting_is_named_if_one_is_close(variable, closest):
    assert misspelled([variable, "PATH"]) == {variable: closest}


def test_settings_however_they_are_spelled_and_what_the_tests_read_are_known():
    settings = [f"GATEWAY_{name.upper()}" for name in Settings.model_fields]
    ours = ["GATEWAY_TEST_SERVICES", "GATEWAY_TEST_REDIS", "GATEWAY_FIT_FILES", "PORT", "OTEL_SERVICE_NAME"]

    assert misspelled([*settings, *map(str.lower, settings), *ours]) == {}


def test_the_warning_names_the_variable_and_not_its_value(monkeypatch):
    monkeypatch.setenv("GATEWAY_SECRETKEY", "hunter2")

    with capture_logs() as said:
        warn_of_misspelled()

    [line] = [line for line in said if line["variable"] == "GATEWAY_SECRETKEY"]
    assert (line["log_level"], line["perhaps"]) == ("warning", "GATEWAY_SECRET_KEY")
    assert "hunter2" not in str(said)


def test_serve_warns_once_before_a_server_process_starts(monkeypatch, tmp_path):
    monkeypatch.setenv("GATEWAY_COSTMODE", "enforce")
    monkeypatch.setenv("GATEWAY_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("GATEWAY_PUBLIC_URL", "http://gateway.test")
    monkeypatch.setattr(uvicorn, "run", lambda *_, **__: None)

    with loggers_as_they_were():
        served = CliRunner().invoke(app, ["serve"])

    assert served.exit_code == 0, served.output
    assert served.output.count("GATEWAY_COSTMODE") == 1
