"""`gateway keys` and `gateway templates`, as an operator runs them."""

import re
from uuid import uuid4

from tests.domain.templates.test_files import BOMB, ZWO

UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def test_a_key_is_made_shown_once_rotated_and_revoked(run):
    key = run("keys", "create", "--name", "Acme", "--scope", "plans", "--days", 30).strip()
    assert re.fullmatch(r"sr_test_[0-9a-f]{12}_[\w-]{43}", key)
    listed = run("keys", "list")
    assert key.split("_")[2] in listed
    assert key.split("_", 3)[3] not in listed
    assert "Acme │ plans " in listed
    [found] = re.findall(UUID, listed)

    successor = run("keys", "rotate", found, "--overlap-hours", 1).strip()
    assert successor != key
    run("keys", "rotate", found, "--overlap-hours", "1e300", code=2)
    run("keys", "create", "--name", "x", "--days", 10**9, code=2)
    run("keys", "revoke", found)

    assert len(re.findall(UUID, run("keys", "list"))) == 2
    assert "ended" in run("keys", "rotate", found, code=1)
    assert "No such API key" in run("keys", "revoke", uuid4(), code=1)
    assert "organization" in run("keys", "create", "--name", "x", "--organization", uuid4(), code=1)


def test_templates_come_from_files_and_go_to_files(run, tmp_path):
    (tmp_path / "good.zwo").write_bytes(ZWO)
    (tmp_path / "bomb.zwo").write_bytes(BOMB)
    files = [tmp_path / name for name in ("good.zwo", "bomb.zwo", "absent.zwo")]

    told = run("templates", "import", *files, "--publish", code=1)

    assert "created" in told
    assert "not a ZWO file" in told
    assert "No such file" in told
    [found] = re.findall(UUID, told)
    assert "version 2" in run("templates", "import", files[0])
    assert "public" in run("templates", "list")
    assert "IntervalsT" in run("templates", "export", found, "--format", "zwo")
    run("templates", "export", found, "--format", "fit", "--output", tmp_path / "a.fit")
    assert (tmp_path / "a.fit").read_bytes()[8:12] == b".FIT"
    assert "workout" in run("templates", "export", uuid4(), "--format", "fit", code=1)
    (tmp_path / "own.json").write_text(run("templates", "export", found))
    assert "version 2" in run("templates", "import", tmp_path / "own.json")
