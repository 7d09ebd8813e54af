"""Where the recordings of public test suites are: beside the checkout, never in it."""

import json
import os
from functools import cache
from pathlib import Path

import pytest


def _folder() -> Path | None:
    named = os.environ.get("GATEWAY_FIT_FILES")
    beside = [Path(named)] if named else [up / "shared" / "fit" for up in Path(__file__).resolve().parents]
    return next((folder for folder in beside if (folder / "expected.json").is_file()), None)


@cache
def expected() -> dict[str, dict]:
    """What Garmin's SDK reads from each file, by its name; empty when the files are not here."""
    folder = _folder()
    return json.loads((folder / "expected.json").read_text()) if folder else {}


def content(name: str) -> bytes:
    folder = _folder()
    if folder is None:
        pytest.skip("the real FIT files are not beside this checkout; set GATEWAY_FIT_FILES to their folder")
    return (folder / "files" / name).read_bytes()


def names(*, broken: bool) -> list[str]:
    """File names to parametrise with; one stand-in, skipped with its reason, when the files are not here."""
    return [name for name, truth in expected().items() if bool(truth.get("error")) is broken] or ["(absent)"]
