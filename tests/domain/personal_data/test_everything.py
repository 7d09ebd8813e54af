"""All that is kept of a person is in their export, and nothing of it is left once they are removed."""

import asyncio
import base64
import zlib
from contextlib import contextmanager
from dataclasses import fields
from datetime import date
from email.message import EmailMessage
from threading import Thread
from uuid import uuid4

import orjson
import pytest
from sqlalchemy import LargeBinary

import workers.handlers  # noqa: F401  every kind of job is known
from domain import user_removal
from domain.errors import Conflict, NotFound
from domain.jobs import Job, JobState
from domain.mailing import MailKind, SendMail, directory
from domain.personal_data import exports
from domain.personal_data.belongings import ARGUMENTS, IMPERSONAL, is_personal
from domain.personal_data.removal import forget_orphaned_jobs
from domain.store import Store
from domain.tables import METADATA
from domain.viewer import SCOPES, SYSTEM, Viewer, ViewerKind
from tests.domain.personal_data.filling import SERIES, Filled, add, fill
from workers.drain import FORGETTING, drain

pytestmark = pytest.mark.anyio
TABLES = METADATA.tables
NO_PERSONS = {"event_ids", "revision", "attempt", "what_for", "since", "table", "after", "mail_ids"}
"""Arguments of jobs that are numbers, words, or ids of events and mails, which are gone."""
MINE, OTHERS = "mark-of-ann", "mark-of-bob"


async def two_persons(store):
    """Both with a row in every table, and Ann with what only mentions her besides."""
    async with store.writing() as unit:
        ann = await fill(unit, MINE)
        bob = await fill(unit, OTHERS, shared=ann)
        about_nobody = TABLES["jobs"].c.id == ann.rows.pop("jobs")["id"]
        await unit.change(TABLES["jobs"].delete().where(about_nobody))
        for name, table in ARGUMENTS.items():
            await add(unit, ann, TABLES["jobs"], arguments={name: str(ann.rows[table]["id"])})
        alone = {"token_id": None, "invitation_id": None}
        await add(unit, ann, TABLES["mails"], **alone)
        whom = {"user_id": None, "email": ann.address, "token_hash": "x"}
        await add(unit, ann, TABLES["program_invitations"], **whom)
        told = await add(unit, ann, TABLES["webhook_deliveries"], event_id=None, webhook_id=None)
        await add(unit, ann, TABLES["bulk_import_events"], delivery_id=told["id"], event_id="told")
        await mention(unit, ann, bob)
    return ann, bob


async def mention(unit, ann, bob):
    """What Ann did for others, and a file that both have."""
    for table, values in {
        "routine_templates": {"created_by": str(ann.account_id)},
        "training_plans": {"assigned_by": ann.account_id},
        "group_events": {"actor_account_id": ann.account_id},
    }.items():
        theirs = TABLES[table].c.id == bob.rows[table]["id"]
        await unit.change(TABLES[table].update().where(theirs).values(**values))
    both = {"sha256": bob.rows["raw_files"]["sha256"], "summary_id": f"{MINE}-both"}
    await add(unit, ann, TABLES["fit_files"], **both)


async def kept_of(store, *traces):
    """In which columns of which tables any of these texts is found, packed or not."""
    found = []
    async with store.reading(SYSTEM) as unit:
        for table in METADATA.sorted_tables:
            for row in await unit.rows(table.select()):
                for name, value in row._mapping.items():  # noqa: SLF001  Row's public API
                    text = as_text(value)
                    if any(trace in text for trace in traces):
                        found.append(f"{table.name}.{name}")
    return sorted(set(found))


def as_text(value):
    if isinstance(value, bytes):
        try:
            return zlib.decompress(value).decode("latin-1")
        except zlib.error:
            return value.decode("latin-1")
    return str(value)


def test_every_table_is_a_persons_or_says_why_not():
    personal = {table.name for table in METADATA.sorted_tables if is_personal(table)}

    assert personal | IMPERSONAL.keys() == set(TABLES)
    assert personal & IMPERSONAL.keys() == set()
    assert all(IMPERSONAL.values())


def test_every_argument_of_a_job_is_known():
    """A new one must be looked for when a person is removed, or say nothing of anybody."""
    ours = [kind for kind in Job.kinds.values() if kind.__module__.startswith("domain.")]
    arguments = {each.name for kind in ours for each in fields(kind)}

    assert arguments == ARGUMENTS.keys() | NO_PERSONS


async def test_nothing_is_left_of_a_person_who_is_removed(store):
    ann, bob = await two_persons(store)
    traces = (MINE, str(ann.user_id), ann.user_id.hex, str(ann.account_id), ann.account_id.hex)
    before = await kept_of(store, *traces)
    others = await kept_of(store, OTHERS, str(bob.user_id))
    assert {place.partition(".")[0] for place in before} >= {t for t in TABLES if t not in IMPERSONAL}

    async with store.writing() as unit:
        await user_removal.remove_user(unit, ann.user_id)

    assert await kept_of(store, *traces) == []
    assert await kept_of(store, OTHERS, str(bob.user_id)) == others, "nobody else loses anything"


async def test_a_person_who_is_removed_takes_the_mails_in_the_data_directory_along(store, settings):
    ann, bob = await two_persons(store)
    written = {}
    for name, recipient, whose in (
        ("to her", ann.address.upper(), None),
        ("to a former address of hers", "former@example.org", ann.account_id),
        ("to her as a user", "former@example.org", ann.user_id),
        ("to him", bob.address, bob.account_id),
    ):
        message = EmailMessage()
        message["To"] = recipient
        written[name] = uuid4()
        with directory.drafted(settings, written[name], message, whose) as draft:
            draft.replace(directory.named(settings, written[name]))

    notes = directory.directory(settings) / "notes.eml"
    notes.write_text(f"To: {ann.address}")

    with pytest.raises(RuntimeError):
        async with store.writing() as unit:
            await user_removal.remove_user(unit, ann.user_id)
            raise RuntimeError
    await drain(store, lambda *_: None, kinds=FORGETTING)
    assert len(mails_in(settings)) == len(written) + 1, "who was not removed after all keeps them"

    async with store.writing() as unit:
        await user_removal.remove_user(unit, ann.user_id)
    await drain(store, lambda *_: None, kinds=FORGETTING)
    assert mails_in(settings) == {f"{written['to him']}.eml", notes.name}, (
        "what is no mail of ours is left alone"
    )


@pytest.mark.parametrize("what", ["user", "account"])
async def test_a_mail_that_is_on_its_way_to_who_is_removed_is_written_nowhere(
    store, settings, monkeypatch, what
):
    async with store.writing() as unit:
        ann = await fill(unit, MINE)
        await unit.change(TABLES["jobs"].delete())
        await unit.change(TABLES["mails"].update().values(kind=MailKind.CONFIRMATION, invitation_id=None))
        await unit.later(SendMail(ann.rows["mails"]["id"]))
    drafted = directory.drafted

    @contextmanager
    def removed_meanwhile(*mail):
        with drafted(*mail) as draft:
            thread = Thread(target=lambda: asyncio.run(removed()))
            thread.start()
            thread.join()
            yield draft

    async def removed():
        other = Store(settings)
        async with other.writing() as unit:
            if what == "user":
                await user_removal.remove_user(unit, ann.user_id)
            else:
                await unit.change(
                    TABLES["accounts"].delete().where(TABLES["accounts"].c.id == ann.account_id)
                )
        await other.close()

    monkeypatch.setattr("domain.mailing.sending.drafted", removed_meanwhile)
    await drain(store, lambda *_: None)

    assert mails_in(settings) == set()


def mails_in(settings):
    return {path.name for path in directory.directory(settings).iterdir()}


async def test_an_export_holds_every_row_and_is_built_in_steps(store, monkeypatch):
    monkeypatch.setattr(exports, "BUDGET", 1000)
    monkeypatch.setattr(exports, "PORTION", 3)
    ann, _ = await two_persons(store)
    async with store.writing() as unit:
        for number in range(exports.PORTION + 1):
            day = date.fromordinal(700_000 + number)
            await add(unit, ann, TABLES["biometrics"], date=day)
        export_id = await exports.request_export(unit, ann.user_id)
        with pytest.raises(Conflict):
            await exports.request_export(unit, ann.user_id)
    steps = await work(store, export_id)

    assert len(steps) > 3
    assert steps == sorted(steps)
    pieces = [piece async for piece in exports.document(store, SYSTEM, export_id)]
    document = orjson.loads(b"".join(pieces))
    assert document["userId"] == str(ann.user_id)
    assert list(document["tables"]) == [table.name for table in exports.TABLES]
    assert len(document["tables"]["biometrics"]) == exports.PORTION + 2
    text = b"".join(pieces).decode()
    assert OTHERS not in text.replace(f"{OTHERS}-raw_files", ""), "the file is hers too"
    for table in exports.TABLES:
        for column in table.c:
            if (table.name, column.name) in SERIES or column.name in exports.SECRETS:
                continue
            wanted = ann.text(table, column)
            if wanted in as_text(ann.rows[table.name][column.name]):
                encoded = base64.b64encode(wanted.encode()).decode()
                assert (encoded if isinstance(column.type, LargeBinary) else wanted) in text, wanted
    [stream] = document["tables"]["activity_streams"]
    [recording] = document["tables"]["heart_rate_recordings"]
    assert stream["packed"] == [1.5, None, 2.5]
    assert (recording["times"], recording["bpm"]) == ([7, 8, 9], [61, 62, 63])
    for secret in exports.SECRETS:
        assert f'"{secret}"' not in text


async def work(store, export_id):
    """Do the export's jobs; how far each of them came."""
    percents, job = [], exports.ExportPerson(export_id)
    while True:
        async with store.writing() as unit:
            await exports.build(unit, job)
            row = await exports.get_export(unit, export_id)
            percents.append(row.percent)
            if row.state == "Completed":
                return percents
            jobs = TABLES["jobs"]
            newest = jobs.select().where(jobs.c.kind == "ExportPerson", jobs.c.state == JobState.WAITING)
            rows = await unit.rows(newest)
            job = exports.ExportPerson.restored("ExportPerson", rows[-1].arguments)
            await unit.change(jobs.delete().where(jobs.c.kind == "ExportPerson"))


async def test_whose_data_one_may_export(world):
    def as_(kind, organization, user=None):
        return Viewer(kind, SCOPES[kind], organization, user_id=user)

    own = as_(ViewerKind.USER, world.organization, world.joe)
    theirs = as_(ViewerKind.USER, world.organization, world.ann)
    admin = as_(ViewerKind.ADMINISTRATOR, world.organization)
    foreign = as_(ViewerKind.ADMINISTRATOR, world.other_organization)
    for viewer in (theirs, foreign):
        async with world.store.writing(viewer) as unit:
            with pytest.raises(NotFound):
                await exports.request_export(unit, world.joe)
    async with world.store.writing(own) as unit:
        export_id = await exports.request_export(unit, world.joe)
    await world.work()

    for viewer, allowed in ((own, True), (admin, True), (theirs, False), (foreign, False)):
        reading = exports.document(world.store, viewer, export_id)
        if allowed:
            assert b'"Joe"' in b"".join([piece async for piece in reading])
        else:
            with pytest.raises(NotFound):
                await anext(reading)


async def test_a_job_that_was_put_down_for_somebody_who_is_gone_is_forgotten(world):
    async with world.store.writing() as unit:
        for user in (world.joe, world.client_id):
            arguments = {"user_id": str(user)}
            for state in ("done", "waiting"):
                await add(unit, Filled("job"), TABLES["jobs"], arguments=arguments, state=state)
        await forget_orphaned_jobs(unit)
        left = await unit.rows(TABLES["jobs"].select())

    assert sorted((row.arguments["user_id"] == str(world.joe), row.state) for row in left) == [
        (False, "waiting"),
        (True, "done"),
        (True, "waiting"),
    ]
