"""`gateway programs` and `gateway users`, as an operator runs them."""

import asyncio
import json
import re
from uuid import uuid4

import pytest

from domain.identity.accounts import Account
from domain.mailing.directory import directory
from domain.organizations import PAI_HEALTH
from domain.settings import Settings
from domain.store import Store
from domain.users import User
from tests.gateway.test_key_and_template_commands import UUID


@pytest.fixture
def people(run):
    """Two accounts, one of them a user's; the user's id."""

    async def added():
        store = Store(Settings())
        stamps = {"organization_id": PAI_HEALTH}
        async with store.writing() as unit:
            stamps |= {"created_at": unit.now, "modified_at": unit.now}
            user = await unit.add(User(first_name="Zoë", email="zoe@example.org", **stamps))
            accounts = {"coach": None, "zoe": user.id}
            for username, user_id in accounts.items():
                await unit.add(Account(username=username, password_hash="x", user_id=user_id, **stamps))
        await store.close()
        return str(user.id)

    return asyncio.run(added())


def test_a_program_is_made_given_to_others_and_removed(run, people):
    made = run("programs", "create", "Move [more]", "--administrator", "Coach").strip()
    assert re.fullmatch(UUID, made)
    listed = run("programs", "list")
    for told in (made, "Move [more]", "coach", str(PAI_HEALTH)):
        assert told in listed

    run("programs", "set", made, "--name", "Move", "--administrator", "zoe", "--no-administrator", "coach")
    listed = run("programs", "list")
    assert ("Move [more]" in listed, "zoe" in listed, "coach" in listed) == (False, True, False)
    assert "administers the program already" in run("programs", "set", made, "--administrator", "zoe", code=1)
    assert "no account nobody" in run("programs", "create", "x", "--administrator", "nobody", code=1)
    assert "name" in run("programs", "create", "", code=1)
    assert "does not administer" in run("programs", "set", made, "--no-administrator", "coach", code=1)
    assert "organization" in run("programs", "create", "x", "--organization", made, code=1)
    run("programs", "remove", made, code=1)
    assert made in run("programs", "list"), "nobody has said yes"
    run("programs", "remove", made, "--yes")
    assert "No such program" in run("programs", "remove", made, "--yes", code=1)


def test_a_user_is_exported_and_forgotten(run, people, tmp_path):
    output = tmp_path / "zoe.json"

    run("users", "export", "zoe@example.org", "--output", output)

    document = json.loads(output.read_text())
    assert document["userId"] == people
    assert document["tables"]["users"][0]["first_name"] == "Zoë"
    assert document["tables"]["accounts"][0]["username"] == "zoe"
    assert output.stat().st_mode & 0o077 == 0
    run("users", "remove", people, code=1)
    assert "Zoë" in output.read_text()
    run("users", "export", people, "--output", output)
    folder = directory(Settings())
    folder.mkdir()
    (folder / f"{uuid4()}.eml").write_text("To: zoe@example.org\n\nYour code")
    run("users", "remove", people, "--yes")
    assert list(folder.iterdir()) == []
    assert "names no user" in run("users", "export", people, "--output", output, code=2)
