"""Everything that is computed of a user, over GraphQL: complete, in few statements, and for nobody else's eyes."""

import itertools
from datetime import UTC, date, datetime

import numpy as np
import pytest
from sqlalchemy import event

from domain import biometrics, profiles, vo2max_assessments
from domain.announcing import Announcement, announce
from domain.fit.encoder import encode_activity
from domain.scoring.vo2max import Duration, Frequency, Intensity
from domain.vo2max_assessments import Answers
from tests.gateway.walking import TYPES, everything, node_of

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

TODAY = date(2024, 6, 20)
ROOTS = {
    "biometrics": 3,
    "heartRateDays": 1,
    "trainingDays": 1,
    "paiCalculations": 1,
    "vo2maxSummaries": 1,
    "vo2maxCalculations": 1,
    "vo2maxAssessments": 1,
}
"""How many rows an administrator sees; all but two of the biometrics are Joe's."""


@pytest.fixture
async def scored(world):
    """Joe has run today, and said of himself what he does."""
    world.store.clock = lambda: datetime(2024, 6, 20, 20, tzinfo=UTC)
    started = int(datetime(2024, 6, 20, 15, tzinfo=UTC).timestamp())
    content = encode_activity(started, {"heart_rate": np.full(60, 150.0)}, interval_s=60)
    answers = Answers(
        TODAY, Frequency.ALMOST_DAILY, Intensity.BREATHLESS_SWEATY, Duration.OVER_60, {"waist_cm": 85.0}
    )
    async with world.store.writing() as unit:
        await profiles.change_profile(unit, world.joe, {"sex": "Male"})
        await biometrics.record(unit, world.joe, TODAY, {"weight_kg": 78, "height_cm": 180})
        await vo2max_assessments.record(unit, world.joe, answers)
        file = Announcement(world.joe, world.organization, "test", "watch", "a.fit", content=content)
        await announce(unit, file)
    await world.work()
    return world


async def ask(client, query, headers, **variables):
    answer = await client.post("/graphql", json={"query": query, "variables": variables}, headers=headers)
    return answer.json()


async def test_every_field_of_a_score_is_answered(scored, client):
    for root, count in ROOTS.items():
        of_node = everything(node_of(TYPES["Query"].fields[root]).name, size=9)
        query = f"{{ {root}(first: 9) {{ totalCount nodes {{ {of_node} }} }} }}"

        answer = await ask(client, query, scored.bearer("admin"))

        assert "errors" not in answer, answer
        assert answer["data"][root]["totalCount"] == len(answer["data"][root]["nodes"]) == count


async def test_what_an_activity_and_its_day_tell_of_the_load(scored, client):
    joe = f'user(id: "{scored.joe}")'
    query = """{ activities(first: 1) { nodes { trimpBanister heartRateStressScore thresholdHeartRateBpm
            thresholdEstimated trainingLoad trainingLoadSource trainingLoadReason } }
        trainingDays(first: 1) { nodes { date activityCount load ctl atl tsb monotony strain } }
        vo2maxSummaries(first: 1) { nodes { vo2max fitnessAge source calibrationStatus } }
        vo2maxAssessments(first: 1) { nodes { activityFrequency activityIntensity activityDuration waistCm } }
        paiCalculations(first: 1) { nodes { status trigger reason } } }"""

    user = (await ask(client, f"{{ {joe} {query} }}", scored.bearer("joe")))["data"]["user"]

    (activity,), (day,) = user["activities"]["nodes"], user["trainingDays"]["nodes"]
    assert activity["thresholdHeartRateBpm"] == pytest.approx(58 + 0.85 * (186 - 58))
    assert (activity["thresholdEstimated"], activity["trainingLoadSource"]) == (True, "HEART_RATE")
    assert activity["trainingLoad"] == activity["heartRateStressScore"] > 50
    assert (day["date"], day["activityCount"], day["load"]) == ("2024-06-20", 1, activity["trainingLoad"])
    assert day["ctl"] == pytest.approx(day["load"] / 42)
    assert day["atl"] == pytest.approx(day["load"] / 7)
    assert day["tsb"] == 0
    # Nes 2011 with a waist: 100.27 - .296*39 - .369*85 - .155*58 + .226*22.5
    assert user["vo2maxSummaries"]["nodes"] == [
        {"vo2max": 53.46, "fitnessAge": 27, "source": "ASSESSMENT", "calibrationStatus": "UNCALIBRATED"}
    ]
    assert user["vo2maxAssessments"]["nodes"][0]["activityFrequency"] == "ALMOST_DAILY"
    assert user["paiCalculations"]["nodes"] == [
        {"status": "COMPLETED", "trigger": "HEART_RATE", "reason": None}
    ]


async def test_whole_numbers_are_asked_for_as_whole_numbers(scored, client):
    """GraphQL itself refuses the others, before anything is looked for."""
    query = (
        "query($age: [Int!]) { vo2maxSummaries(first: 9, filter: {fitnessAge: {in: $age}}) { totalCount } }"
    )

    for ages, count in {(27,): 1, (26, 28): 0, (): 0}.items():
        answer = await ask(client, query, scored.bearer("joe"), age=ages)
        assert answer["data"] == {"vo2maxSummaries": {"totalCount": count}}

    refused = await ask(client, query, scored.bearer("joe"), age=[27.5])
    assert refused["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_scores_are_for_those_who_may_see_the_user(scored, client):
    for root, (who, sees) in itertools.product(ROOTS, {"joe": True, "other-admin": False}.items()):
        query = f"{{ {root}(first: 9) {{ nodes {{ user {{ firstName }} }} }} }}"
        nodes = (await ask(client, query, scored.bearer(who)))["data"][root]["nodes"]
        assert {node["user"]["firstName"] for node in nodes} - {"Eve"} == ({"Joe"} if sees else set())
    for root in ROOTS:
        answer = await ask(client, f"{{ {root}(first: 9) {{ totalCount }} }}", {})
        assert answer["errors"][0]["extensions"]["code"] == "UNAUTHORIZED"


async def test_a_relation_of_users_is_one_statement_for_all(scored, client):
    seen = []

    def hear(_connection, _cursor, statement, *_):
        if not statement.startswith(("BEGIN", "ROLLBACK", "COMMIT")):
            seen.append(statement)

    event.listen(scored.store.engine.sync_engine, "before_cursor_execute", hear)
    for root in ROOTS:
        seen.clear()
        query = f"{{ users(first: 9) {{ nodes {{ {root}(first: 3) {{ nodes {{ id user {{ id }} }} }} }} }} }}"
        assert "errors" not in await ask(client, query, scored.bearer("admin"))
        assert len(seen) == 1 + 3, root
    event.remove(scored.store.engine.sync_engine, "before_cursor_execute", hear)
