"""Settings that cannot be: whoever starts a command is told which one to change, in a line."""

import json
import socket
import sys

import pytest

from gateway.cli import main
from tests.loggers import loggers_as_they_were

EVERY_WAY = pytest.mark.parametrize("words", [("serve",), ("demo",), ("jobs", "list")], ids=" ".join)
APOLLO = {"format": "apollo-persisted-query-manifest"}


@pytest.fixture
def unused_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def told(tmp_path, monkeypatch, capsys):
    """What a command says that cannot start, by `sys.exit`, which prints it and ends with 1, or before that."""
    monkeypatch.setenv("GATEWAY_DATA_DIR", str(tmp_path))

    def refused(*words, **settings):
        for name, value in settings.items():
            monkeypatch.setenv(f"GATEWAY_{name.upper()}", str(value))
        monkeypatch.setattr(sys, "argv", ["gateway", *words])
        with loggers_as_they_were(), pytest.raises(SystemExit) as ended:
            main()
        code = ended.value.code
        return capsys.readouterr().err if code == 1 else code

    return refused


@EVERY_WAY
def test_trusting_nothing_at_all_names_what_to_set(told, words):
    sentence = told(*words, trusted_documents_only="true")

    assert sentence.startswith("GATEWAY_TRUSTED_DOCUMENTS: name a manifest")
    assert "\n" not in sentence


def test_a_manifest_that_is_not_there_is_named_with_its_variable(told, tmp_path):
    path = tmp_path / "absent.json"

    sentence = told("serve", trusted_documents=path)

    assert sentence == f"GATEWAY_TRUSTED_DOCUMENTS: {path} cannot be read: No such file or directory"


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        ("{", "is no JSON"),
        ("\udcff", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ("[1]", "is no manifest"),
        ('{"a": 1}', "is no manifest"),
        (json.dumps(APOLLO), "lacks its operations"),
        (json.dumps({**APOLLO, "operations": {"x": "{ a }"}}), "lacks its operations"),
        (json.dumps({**APOLLO, "operations": [{"id": "x"}]}), "lacks the body of operation 1"),
        (
            json.dumps({**APOLLO, "operations": [{"id": "x", "body": "{ a }"}, 5]}),
            "lacks the id of operation 2",
        ),
    ],
)
def test_a_manifest_that_is_none_says_what_is_wrong_with_it(told, tmp_path, written, wrong):
    path = tmp_path / "manifest.json"
    path.write_text(written, errors="surrogateescape")

    sentence = told("serve", trusted_documents=path)

    assert sentence.startswith(f"GATEWAY_TRUSTED_DOCUMENTS: {path} {wrong}")
    assert "\n" not in sentence


@pytest.mark.parametrize("words", [("serve",), ("worker",), ("jobs", "list")], ids=" ".join)
def test_a_database_that_does_not_answer_is_named_without_its_password(told, words, unused_port):
    url = f"postgresql://somebody:s3cret@127.0.0.1:{unused_port}/x"

    sentence = told(*words, database_url=url)

    where = f"The database at 127.0.0.1:{unused_port} cannot be reached, see GATEWAY_DATABASE_URL: "
    assert where in sentence
    assert "s3cret" not in sentence


@pytest.mark.parametrize("port", ["s3cret", ""])
def test_a_database_url_that_cannot_be_read_is_named_and_not_shown(told, port):
    sentence = told("jobs", "list", database_url=f"postgresql://somebody@host:{port}x/y")

    assert sentence == (
        "GATEWAY_DATABASE_URL: takes sqlite:///FILE or postgresql://USER:PASSWORD@HOST:PORT/DATABASE"
    )
