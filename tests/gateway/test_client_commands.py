"""`gateway clients`, `gateway mail` and `gateway assessments`, as an operator runs them."""

import asyncio
import os

from domain.mailing.directory import directory
from domain.organizations import PAI_HEALTH
from domain.settings import Settings
from domain.store import Store
from domain.users import User


async def user(store):
    async with store.writing() as unit:
        whose = {"organization_id": PAI_HEALTH, "email": "joe@example.org", "external_id": "77"}
        await unit.add(User(**whose, created_at=unit.now, modified_at=unit.now))
    await store.close()


def test_a_clients_secret_is_shown_once_rotated_and_revoked(run):
    secret = run("clients", "create", "clinic", "--organization", PAI_HEALTH).strip()
    assert run("clients", "rotate", "clinic").strip() not in ("", secret)
    run("clients", "set", "clinic", "--cross-client")
    assert "clinic" in (listed := run("clients", "list"))
    assert listed.count("yes") == 3

    run("clients", "revoke", "clinic")

    assert run("clients", "list").count("yes") == 2
    assert "No such client" in run("clients", "rotate", "nobody", code=1)
    assert "taken" in run("clients", "create", "clinic", "--organization", PAI_HEALTH, code=1)


def test_names_and_answers_are_shown_as_they_are_and_taken_for_no_markup(run):
    asyncio.run(user(Store(Settings())))
    run("clients", "create", "clinic", "--organization", PAI_HEALTH, "--name", "The [/b] :house:")
    run("assessments", "record", "77", "preferences", "--preferences", '{"likes": ["[/b]", ":house:"]}')

    assert "The [/b] :house:" in run("clients", "list")
    assert '{"likes":["[/b]",":house:"]}' in run("assessments", "list", "77")


def test_kept_mails_are_listed_with_the_latest_on_top(run):
    folder = directory(Settings())
    folder.mkdir(parents=True)
    for at, whose in enumerate(("joe", "ann")):
        letter = folder / f"{whose}.eml"
        letter.write_text(f"To: {whose}@example.org\nSubject: Confirm [/b]\n\nYour code")
        os.utime(letter, (at, at))

    listed = run("mail", "list")

    assert listed.index("ann@example.org") < listed.index("joe@example.org")
    assert listed.count("Confirm [/b]") == 2
    assert str(folder / "joe.eml") in listed


def test_assessments_are_recorded_and_listed_and_nonsense_is_refused_in_words(run):
    asyncio.run(user(Store(Settings())))
    run("assessments", "record", "77", "fallRisk", "--level", "intermediate", "--on", "2026-01-02")
    run("assessments", "record", "joe@example.org", "preferences", "--preferences", '{"likes": ["seated"]}')

    listed = run("assessments", "list", "77")

    assert listed.index("preferences") < listed.index("INTERMEDIATE")
    assert '{"likes":["seated"]}' in listed
    assert "2026-01-02" in listed
    assert "one of LOW, INTERMEDIATE, HIGH" in run("assessments", "record", "77", "fallRisk", code=1)
    told = run("assessments", "record", "77", "preferences", "--preferences", '{"minutes": 1}', code=1)
    assert "minutes: takes 5 at least" in told
    run("assessments", "record", "77", "preferences", "--preferences", "[]", code=2)
    assert "no user" in run("assessments", "record", "nobody", "fallRisk", "--level", "LOW", code=2)
