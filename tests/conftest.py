"""Loads what tests ask for, but not where tests are only handed out to workers: it takes seconds."""

import sys

import pytest

# httpx asks for it at every request; where it is not installed, that is a search of all that is.
sys.modules.setdefault("sniffio", None)


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("dist", "no") == "no":
        config.pluginmanager.import_plugin("tests.fixtures")
