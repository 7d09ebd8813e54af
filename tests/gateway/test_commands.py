"""The commands there are, each of which imports its own alone."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from gateway.cli import COMMANDS, app

LOADED = "import sys; from gateway.cli import app; app({}, standalone_mode=False); print(*sys.modules)"


def asked(*words):
    return CliRunner().invoke(app, words)


def test_every_command_is_listed_and_says_what_it_is_for():
    listed = asked("--help")

    assert listed.exit_code == 0
    for name in COMMANDS:
        assert name in listed.output
        helped = asked(name, "--help")
        assert helped.exit_code == 0, helped.output
        assert f" {name} " in helped.output.partition("\n\n")[0]


def test_who_misspells_one_is_told_the_one_that_there_is():
    refused = asked("job")

    assert refused.exit_code == 2
    assert "Did you mean 'jobs'?" in refused.output


@pytest.mark.parametrize("command", ["jobs", "serve", "users"])
def test_a_command_imports_neither_graphql_nor_the_vendors_before_it_needs_them(command):
    program = LOADED.format([command, "--help"])
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    loaded = done.stdout.splitlines()[-1].split()
    assert "sqlalchemy" in loaded
    assert {"strawberry", "gateway.schema", "rest_compat.pai", "gateway.app"}.isdisjoint(loaded)
