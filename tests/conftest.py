"""Loads what tests ask for, but not where tests are only handed out to workers: it takes seconds."""

import sys

import pytest

# httpx asks for it at every request, to do without: a search of all that is installed.
sys.modules.setdefault("sniffio", None)


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("dist", "no") == "no":
        config.pluginmanager.import_plugin("tests.fixtures")
