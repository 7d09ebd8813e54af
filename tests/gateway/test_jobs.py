"""The job ledger over GraphQL: administrators see and retry their own organization's jobs, in words for people."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import update
from sqlmodel import col

from domain.jobs import Job, JobRecord, Ring, ledger
from domain.jobs.tasks import carry_out
from domain.pai import ScorePai

pytestmark = pytest.mark.anyio

JOBS = "query ($filter: JobFilter) { jobs(first: 10, filter: $filter) { totalCount nodes { kind state } } }"
JOB = "query ($id: ID!) { job(id: $id) { kind purpose state attempts maxAttempts problem explanation bulk } }"
RETRY = "mutation ($id: ID!) { retryJob(id: $id) { job { state attempts } userErrors { code message } } }"
RETRY_MANY = "mutation ($filter: JobFilter) { retryJobs(filter: $filter) { retried userErrors { code } } }"


@dataclass(frozen=True)
class Fragile(Job):
    """Fails once, and for good."""

    max_attempts = 1

    @property
    def purpose(self) -> str:
        return "Break"


async def put(world, job, **options) -> Ring:
    async with world.store.writing() as unit:
        return Ring(await unit.later(job, **options), job.kind)


async def breaks(*_) -> None:
    raise OSError("no route to 10.0.0.7 with password hunter2")


@pytest.fixture
async def dead(world) -> dict:
    """A dead letter of each organization, and one of nobody's."""
    owners = {"ours": world.organization, "theirs": world.other_organization, "nobody's": None}
    rings = {name: await put(world, Fragile(), organization_id=owner) for name, owner in owners.items()}
    for ring in rings.values():
        await carry_out(world.store, ring, breaks)
    return {name: str(ring.job_id) for name, ring in rings.items()}


async def test_an_administrator_sees_their_own_organizations_jobs_only(data, ask, dead, world):
    await put(world, ScorePai(world.joe), organization_id=world.organization)

    seen = (await data(JOBS))["jobs"]
    failed = (await data(JOBS, filter={"state": {"eq": "FAILED"}}))["jobs"]

    assert seen["totalCount"] == 2
    assert {(job["kind"], job["state"]) for job in seen["nodes"]} == {
        ("ScorePai", "WAITING"),
        ("Fragile", "FAILED"),
    }
    for state, count in (({"ne": "FAILED"}, 1), ({"in": ["WAITING", "FAILED"]}, 2), ({"in": ["DONE"]}, 0)):
        assert (await data(JOBS, filter={"state": state}))["jobs"]["totalCount"] == count
    assert failed == {"totalCount": 1, "nodes": [{"kind": "Fragile", "state": "FAILED"}]}
    assert [(await data(JOB, id=one))["job"] is None for one in dead.values()] == [False, True, True]
    for who, code in (("joe", "FORBIDDEN"), ("anonymous", "UNAUTHORIZED")):
        for document in (JOBS, RETRY_MANY):
            (error,) = (await ask(document, who))["errors"]
            assert error["extensions"]["code"] == code


async def test_a_job_is_explained_without_its_internals(data, dead):
    job = (await data(JOB, id=dead["ours"]))["job"]

    explanation = job.pop("explanation")
    assert job == {
        "kind": "Fragile",
        "purpose": "Break",
        "state": "FAILED",
        "attempts": 1,
        "maxAttempts": 1,
        "problem": "Something went wrong on our side, and is in our log",
        "bulk": False,
    }
    assert explanation.startswith("Given up at 2")
    assert explanation.endswith("in our log. It can be retried.")
    assert "hunter2" not in explanation


async def test_a_job_that_will_be_tried_again_says_when(data, world):
    ring = await put(world, ScorePai(world.joe), organization_id=world.organization)
    await carry_out(world.store, ring, breaks)

    job = (await data(JOB, id=str(ring.job_id)))["job"]

    assert job["purpose"] == f"Score the days that wait of user {world.joe}"
    assert job["explanation"].startswith("Attempt 1 of 5 failed. Something went wrong on our side")
    assert "It is tried again at 2" in job["explanation"]


async def test_a_failed_job_is_retried_once_and_by_its_administrator_only(data, dead):
    refused = [(await data(RETRY, id=dead[name]))["retryJob"] for name in ("theirs", "nobody's")]
    retried = (await data(RETRY, id=dead["ours"]))["retryJob"]
    again = (await data(RETRY, id=dead["ours"]))["retryJob"]

    for one in refused:
        assert one == {"job": None, "userErrors": [{"code": "NOT_FOUND", "message": "No such job"}]}
    assert (await data(RETRY, id="no id"))["retryJob"]["userErrors"][0]["code"] == "BAD_REQUEST"
    assert retried == {"job": {"state": "WAITING", "attempts": 0}, "userErrors": []}
    assert again["userErrors"][0]["code"] == "CONFLICT"


async def test_failed_jobs_are_retried_together_by_what_they_are(data, dead, world, monkeypatch):
    async with world.store.writing() as unit:
        other = await unit.later(ScorePai(world.joe), organization_id=world.organization)
        await unit.change(update(JobRecord).where(col(JobRecord.id) == other).values(state="failed"))

    none = await data(RETRY_MANY, filter={"kind": {"eq": "NoSuchKind"}})
    mine = await data(RETRY_MANY, filter={"kind": {"eq": "Fragile"}})
    rest = await data(RETRY_MANY)

    assert [answer["retryJobs"]["retried"] for answer in (none, mine, rest)] == [0, 1, 1]
    assert (await data(JOBS, filter={"state": {"eq": "FAILED"}}))["jobs"]["totalCount"] == 0
    async with world.store.writing() as unit:
        found = await ledger.sweep(unit, ledger.Search(again_after=timedelta(0)))
    assert str(other) in {str(ring.job_id) for ring in found}
    assert dead["theirs"] not in {str(ring.job_id) for ring in found}


async def test_a_job_of_another_version_is_named_and_no_more(data, world):
    ring = await put(world, Fragile(), organization_id=world.organization)
    async with world.store.writing() as unit:
        await unit.change(update(JobRecord).values(kind="Unheard"))

    job = (await data(JOB, id=str(ring.job_id)))["job"]

    assert job["purpose"] == "Something that only another version of this service knows: Unheard"
    assert job["explanation"] == "It waits for a worker."
    assert (await data(JOB, id=str(uuid4())))["job"] is None
