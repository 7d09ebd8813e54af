"""The house's own rules: who may import whom, how long things are, and that what is written down is true."""

import ast
import importlib
import re
import subprocess
import sys
from pathlib import Path

import workers.handlers  # noqa: F401  declares them
from domain.jobs import Job
from gateway.cli import COMMANDS
from gateway.schema import schema
from workers.registry import HANDLERS, PERIODIC

ROOT = Path(__file__).parents[1]
PACKAGES = ("domain", "gateway", "rest_compat", "workers")
FILES = [
    path
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
    if "versions" not in path.parts and "node_modules" not in path.parts
]
MOST_LINES, LONGEST_FUNCTION = 400, 40


def test_every_trial_can_still_be_started():
    """They run by hand and for minutes, so that nobody would see in time that what they use has moved."""
    names = [path.stem for path in (ROOT / "tests" / "trials").glob("*.py") if path.stem != "__init__"]
    trials = [importlib.import_module(f"tests.trials.{name}") for name in names]

    assert len(trials) > 10


def test_the_import_contracts_hold():
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    lint = subprocess.run(
        [sys.executable, "-c", command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert lint.returncode == 0, lint.stdout + lint.stderr
    assert "0 broken" in lint.stdout


def test_the_kept_schema_is_what_the_code_says():
    assert (ROOT / "schema.graphql").read_text() == schema.as_str() + "\n"


def test_every_kind_of_job_is_carried_out_by_somebody():
    product = {name for name, kind in Job.kinds.items() if kind.__module__.split(".")[0] in PACKAGES}

    assert product
    assert product <= HANDLERS.keys()
    assert {kind.__name__ for kind in PERIODIC} <= HANDLERS.keys()


def test_every_kind_of_job_says_what_it_is_for():
    silent = [
        kind.__name__
        for kind in Job.kinds.values()
        if kind.__module__.split(".")[0] in PACKAGES and kind.purpose is Job.purpose
    ]

    assert silent == []


def test_no_file_is_too_long_to_read():
    files = [*FILES, *(ROOT / "tests").rglob("*.py")]
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in files}

    assert {name: length for name, length in lengths.items() if length > MOST_LINES} == {}


def test_no_function_is_too_long_to_read():
    too_long = {}
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    too_long[f"{path.relative_to(ROOT)}:{node.name}"] = length

    assert too_long == {}


def test_every_module_says_what_it_is_in_a_sentence():
    """Modules of a few actors, and empty package files, say it by their names."""
    silent = [
        str(path.relative_to(ROOT))
        for path in FILES
        if path.parts[-2] not in {"workers", "migrations"}
        and path.read_text().strip()
        and not ast.get_docstring(ast.parse(path.read_text()))
    ]

    assert silent == []


def test_the_readmes_commands_exist():
    shell = "\n".join(
        re.findall(r"```(?:sh|shell|bash|console)?\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    )
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    assert set(re.findall(r"\bmake ([a-z]+)", shell)) <= targets
    assert set(re.findall(r"\bgateway ([a-z]+)\b", shell)) <= COMMANDS.keys()


def test_every_entry_of_the_changelog_names_its_issue():
    added = (ROOT / "CHANGELOG.md").read_text().partition("### Added")[2].partition("###")[0]

    entries = re.findall(r"^- (.+)$", added, re.MULTILINE)
    assert entries
    assert [entry for entry in entries if not re.search(r"\(issue \d+", entry)] == []
