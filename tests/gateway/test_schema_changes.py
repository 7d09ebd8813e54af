"""Whether the schema is still what clients were promised: what fails the check, what it tells, what it lets pass."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.cli import app
from gateway.schema import schema

ROOT = Path(__file__).parents[2]
CURRENT = schema.as_str() + "\n"


@pytest.fixture
def check(tmp_path, monkeypatch):
    """`gateway schema --check` where the released schema is this one: how it ends, and what it says."""
    monkeypatch.chdir(tmp_path)
    Path("docs").mkdir()
    shutil.copy(ROOT / "schema.graphql", "schema.graphql")

    def checked(released=CURRENT, decisions=""):
        if released is not None:
            Path("schema.released.graphql").write_text(released)
        Path("docs/schema-changes.md").write_text(f"# Changes\n\n{decisions}\n")
        result = CliRunner().invoke(app, ["schema", "--check"])
        return result.exit_code, result.output

    return checked


def renamed(old, new):
    """The current schema as if it had been released with something by another name."""
    assert old in CURRENT
    return CURRENT.replace(old, new)


def breaking(told):
    return [line.removeprefix("breaking: ") for line in told.splitlines() if line.startswith("breaking: ")]


GONE = renamed("  firstName: String\n", "  givenName: String\n")


def test_what_was_released_passes_and_says_nothing(check):
    assert check() == (0, "")


def test_a_field_that_is_gone_fails_and_is_named(check):
    code, told = check(GONE)

    assert code == 1
    assert "breaking: Field User.givenName was removed.\n" in told
    assert "docs/schema-changes.md" in told


def test_a_field_that_is_new_passes(check):
    released = renamed("  firstName: String\n", "").replace('  """Given name."""\n\n', "")

    code, told = check(released)

    assert (code, "breaking" in told) == (0, False)


def test_a_type_that_is_another_one_fails(check):
    code, told = check(renamed("  timeZone: String!\n", "  timeZone: Int!\n"))

    assert code == 1
    assert "breaking: Field User.timeZone changed type from Int! to String!." in told


def test_an_argument_that_is_required_now_fails(check):
    code, told = check(renamed("    id: ID!\n  ): User\n", "    id: ID\n  ): User\n"))

    assert code == 1
    assert "breaking: Argument Query.user(id:) has changed type from ID to ID!." in told


def test_what_is_dangerous_is_told_and_passes(check):
    released = CURRENT.replace('  """A user\'s account."""\n  USER\n\n', "", 1)
    assert released != CURRENT

    code, told = check(released)

    assert code == 0
    assert "dangerous: Enum value ViewerKind.USER was added.\n" in told


def test_what_was_decided_passes_and_only_that(check):
    decisions = [f"- `{change}`: nobody asks for it." for change in breaking(check(GONE)[1])]

    code, told = check(GONE, "\n".join(decisions))

    assert len(decisions) > 1
    assert (code, breaking(told)) == (0, [])
    assert check(GONE, "\n".join(decisions[1:]))[0] == 1


def test_a_decision_without_a_reason_is_none(check):
    code, _ = check(GONE, "\n".join(f"- `{change}`:" for change in breaking(check(GONE)[1])))

    assert code == 1


def test_a_decision_about_no_change_fails(check):
    code, told = check(decisions="- `Field User.shoeSize was removed`: nobody asks for it.")

    assert code == 1
    assert "no change: Field User.shoeSize was removed" in told


def test_without_a_released_schema_nothing_passes(check):
    assert check(None)[0] == 1


def test_any_document_can_be_compared_with(tmp_path):
    old = tmp_path / "old.graphql"
    old.write_text(GONE)
    run = CliRunner().invoke

    assert run(app, ["schema", "--since", str(old)]).exit_code == 1
    assert run(app, ["schema", "--since", "-"], input=CURRENT).exit_code == 0
    told = run(app, ["schema", "--since", "-"], input="type {")
    assert (told.exit_code, "is no GraphQL schema" in told.output) == (1, True)


@pytest.mark.parametrize(
    "both",
    [("--check", "--federation"), ("--since", "-", "--federation"), ("--check", "--since", "-")],
    ids=" ".join,
)
def test_what_would_leave_one_option_unheard_is_refused(both, monkeypatch):
    monkeypatch.chdir(ROOT)

    result = CliRunner().invoke(app, ["schema", *both], input=CURRENT)

    assert (result.exit_code, "give one of --check" in result.output) == (2, True)


def test_the_kept_schema_breaks_nobody(monkeypatch):
    monkeypatch.chdir(ROOT)

    result = CliRunner().invoke(app, ["schema", "--check"])

    assert (result.exit_code, "breaking" in result.output) == (0, False)
