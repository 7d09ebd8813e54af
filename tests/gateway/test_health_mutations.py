"""What clients change of a user's health data: the scores follow, and nobody changes anybody else's."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from domain.announcing import Announcement, announce
from domain.fit.encoder import encode_activity
from gateway.global_ids import global_id

pytestmark = pytest.mark.anyio

TODAY = date(2024, 6, 20)
ERRORS = "userErrors { field code message }"
RECORD = f"""mutation($id: ID!, $date: Date!, $input: BiometricInput!) {{
  recordBiometrics(userId: $id, date: $date, input: $input) {{ {ERRORS}
    biometric {{ id uuid date restingHeartRateBpm weightKg user {{ firstName }} }} }} }}"""
CHANGE = f"""mutation($id: ID!, $input: BiometricInput!) {{ changeBiometrics(id: $id, input: $input) {{ {ERRORS}
    biometric {{ uuid restingHeartRateBpm weightKg }} }} }}"""
REMOVE = f"mutation($id: ID!) {{ removeBiometrics(id: $id) {{ removed {ERRORS} }} }}"
PROFILE = f"""mutation($id: ID!, $input: ProfileInput!) {{ changeProfile(userId: $id, input: $input) {{ {ERRORS}
    user {{ uuid sex dateOfBirth timeZone }} }} }}"""
ASSESS = f"""mutation($id: ID!, $input: Vo2MaxAssessmentInput!) {{
  recordVo2MaxAssessment(userId: $id, input: $input) {{ {ERRORS}
    vo2maxAssessment {{ uuid date activityDuration waistCm restingHeartRateBpm vo2maxSummaryId }} }} }}"""
CALCULATE = f"""mutation($id: ID!, $date: Date!) {{ requestPaiCalculation(userId: $id, date: $date) {{ {ERRORS}
    paiCalculation {{ uuid date status trigger }} }} }}"""
POST = f"""mutation($id: ID!, $date: Date!, $measurements: [HeartRateMeasurementInput!]!) {{
  recordHeartRate(userId: $id, date: $date, measurements: $measurements) {{ {ERRORS}
    heartRateDay {{ id uuid date sampleCount maxBpm }} }} }}"""
REPLACE = f"""mutation($id: ID!, $measurements: [HeartRateMeasurementInput!]!) {{
  replaceHeartRate(id: $id, measurements: $measurements) {{ {ERRORS} heartRateDay {{ sampleCount maxBpm }} }} }}"""
FOUND = f"""mutation($id: ID!, $input: TrainingAssessmentInput!) {{
  recordTrainingAssessment(userId: $id, input: $input) {{ {ERRORS}
    trainingAssessment {{ kind level riskTier assessedAt preferences {{ goal sessionMinutes likes }} }} }} }}"""
REMOVE_FILE = f"mutation($id: ID!) {{ removeFitFile(id: $id) {{ removed {ERRORS} }} }}"
HABITS = {
    "date": str(TODAY),
    "activityFrequency": "ALMOST_DAILY",
    "activityIntensity": "BREATHLESS_SWEATY",
    "activityDuration": "OVER_60",
}
SCORED = """query($id: ID!) { user(id: $id) { activities(first: 9) { nodes { date: localDate } }
    heartRateDays(first: 9) { nodes { date } } trainingDays(first: 9) { nodes { date } }
    paiSummaries(first: 9) { nodes { date paiScore restingHeartRateBpm } }
    paiCalculations(first: 9) { nodes { date uuid status trigger } } } }"""


@pytest.fixture
async def file(world):
    """Joe has run today."""
    world.store.clock = lambda: datetime(2024, 6, 20, 20, tzinfo=UTC)
    started = int(datetime(2024, 6, 20, 15, tzinfo=UTC).timestamp())
    content = encode_activity(started, {"heart_rate": np.full(60, 105.0)}, interval_s=60)
    async with world.store.writing() as unit:
        announced = Announcement(world.joe, world.organization, "test", "watch", "a.fit", content=content)
        announced_as = await announce(unit, announced)
    await world.work()
    return announced_as


@pytest.fixture
def one(data):
    """The only payload of a mutation."""

    async def carried_out(mutation, who="joe", **variables):
        [payload] = (await data(mutation, who, **variables)).values()
        return payload

    return carried_out


@pytest.fixture
def joes(data, world):
    """What is computed of Joe's days from today on, once every job is done: rows by the field that lists them."""

    async def rows():
        await world.work()
        user = (await data(SCORED, "joe", id=str(world.joe)))["user"]
        return {
            name: [row for row in page["nodes"] if row["date"] >= str(TODAY)] for name, page in user.items()
        }

    return rows


async def test_biometrics_are_recorded_changed_and_removed_and_the_scores_follow(one, joes, world, file):
    [first] = (await joes())["paiSummaries"]

    made = await one(RECORD, id=str(world.joe), date=str(TODAY), input={"restingHeartRateBpm": 50})
    assert made["userErrors"] == []
    biometric = made["biometric"]
    assert (biometric["date"], biometric["restingHeartRateBpm"], biometric["weightKg"]) == (
        str(TODAY),
        50,
        None,
    )
    assert biometric["user"] == {"firstName": "Joe"}
    recorded = await joes()
    [second] = recorded["paiSummaries"]
    changed = await one(
        CHANGE, "admin", id=biometric["id"], input={"restingHeartRateBpm": 70, "weightKg": 70.5}
    )
    [third] = (await joes())["paiSummaries"]
    taken = await one(CHANGE, id=biometric["uuid"], input={"weightKg": None})
    removed = await one(REMOVE, id=biometric["uuid"])
    [last] = (await joes())["paiSummaries"]

    assert [day["restingHeartRateBpm"] for day in (first, second, third, last)] == [58, 50, 70, 58]
    assert second["paiScore"] > first["paiScore"] > third["paiScore"] > 0
    assert last == first
    assert {"HEART_RATE", "BIOMETRIC"} == {row["trigger"] for row in recorded["paiCalculations"]}
    assert changed["biometric"] == {"uuid": biometric["uuid"], "restingHeartRateBpm": 70, "weightKg": 70.5}
    assert (taken["biometric"]["weightKg"], taken["biometric"]["restingHeartRateBpm"]) == (None, 70)
    assert removed == {"removed": True, "userErrors": []}


async def test_a_profile_and_habits_make_a_vo2_max_and_a_day_is_calculated_when_asked(one, joes, world, file):
    joe = global_id("User", world.joe)
    missing = await one(ASSESS, id=joe, input=HABITS)
    assert missing["vo2maxAssessment"] is None
    assert missing["userErrors"][0]["message"].startswith("The sex is missing.")

    changes = {"sex": "MALE", "dateOfBirth": "1980-01-02", "timeZone": "Asia/Tokyo"}
    user = (await one(PROFILE, id=joe, input=changes))["user"]
    assert user == {
        "uuid": str(world.joe), "sex": "MALE", "dateOfBirth": "1980-01-02", "timeZone": "Asia/Tokyo"
    }  # fmt: skip
    assessed = (await one(ASSESS, id=joe, input=HABITS | {"waistCm": 84.5}))["vo2maxAssessment"]
    asked = (await one(CALCULATE, "admin", id=joe, date="2024-06-20"))["paiCalculation"]
    after = await joes()

    assert (assessed["waistCm"], assessed["restingHeartRateBpm"]) == (84.5, 58)
    assert assessed["activityDuration"] == "OVER_60"
    assert assessed["vo2maxSummaryId"]
    assert (asked["date"], asked["status"]) == ("2024-06-20", "PENDING")
    assert [day["date"] for day in after["heartRateDays"]] == ["2024-06-21"]
    status = {row["uuid"]: row["status"] for row in after["paiCalculations"]}
    assert status[asked["uuid"]] != "PENDING"
    forgotten = await one(PROFILE, id=joe, input={"sex": None})
    assert (forgotten["user"]["sex"], forgotten["user"]["dateOfBirth"]) == (None, "1980-01-02")


async def test_a_removed_file_takes_its_activities_and_days_along(one, joes, file):
    before = await joes()
    assert all(before.values())

    assert await one(REMOVE_FILE, id=global_id("FitFile", file)) == {"removed": True, "userErrors": []}

    after = await joes()
    gone = ("activities", "heartRateDays", "trainingDays", "paiSummaries")
    assert [after[name] for name in gone] == [[], [], [], []]
    again = await one(REMOVE_FILE, id=str(file))
    assert (again["removed"], again["userErrors"][0]["code"]) == (False, "NOT_FOUND")


@pytest.fixture
async def calls(data, world, file):
    """Every mutation, of something of Ann's; the file is Joe's."""
    listed = await data("{ biometrics(first: 9) { nodes { uuid user { firstName } } } }")
    anns = next(row for row in listed["biometrics"]["nodes"] if row["user"]["firstName"] == "Ann")["uuid"]
    ann, body = str(world.ann), {"weightKg": 70}
    return [
        (RECORD, {"id": ann, "date": str(TODAY), "input": body}),
        (CHANGE, {"id": anns, "input": body}),
        (PROFILE, {"id": ann, "input": {"sex": "MALE"}}),
        (ASSESS, {"id": ann, "input": HABITS | {"waistCm": 84}}),
        (CALCULATE, {"id": ann, "date": str(TODAY)}),
        (REMOVE, {"id": anns}),
        (REMOVE_FILE, {"id": str(file)}),
    ]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_users_change_their_own_administrators_their_organizations_and_partners_nothing(
    ask, data, joes, calls, world
):
    before = await joes()
    malformed = ("nonsense", global_id("Job", world.joe))
    for who, given, code in (
        ("joe", None, "NOT_FOUND"),
        ("other-admin", None, "NOT_FOUND"),
        *(("joe", wrong, "BAD_REQUEST") for wrong in malformed),
    ):
        for mutation, variables in calls[:-1] if who == "joe" and not given else calls:
            [payload] = (await data(mutation, who, **variables | {"id": given or variables["id"]})).values()
            assert [error["code"] for error in payload["userErrors"]] == [code], (mutation, who)
    for mutation, variables in calls:
        for who, code in (("partner", "FORBIDDEN"), ("key", "FORBIDDEN"), ("anonymous", "UNAUTHORIZED")):
            answer = await ask(mutation, who, **variables)
            assert [error["extensions"]["code"] for error in answer["errors"]] == [code], (mutation, who)
    assert await joes() == before

    for mutation, variables in calls:
        [payload] = (await data(mutation, "admin", **variables)).values()
        assert payload.pop("userErrors") == [], mutation
        assert all(payload.values()), mutation


NONSENSE = [
    (RECORD, {"date": str(TODAY), "input": {"maxHeartRateBpm": 300}}, "maxHeartRateBpm"),
    (RECORD, {"date": str(TODAY), "input": {}}, None),
    (RECORD, {"date": "2024-01-01", "input": {"weightKg": 70}}, None),
    (PROFILE, {"input": {"timeZone": "Mars/Olympus"}}, "timeZone"),
    (PROFILE, {"input": {"dateOfBirth": "1899-12-31"}}, "dateOfBirth"),
    (ASSESS, {"input": HABITS | {"date": "2024-06-22"}}, "date"),
    (ASSESS, {"input": HABITS | {"waistCm": 10.0}}, "waistCm"),
    (CALCULATE, {"date": str(TODAY + timedelta(1))}, "date"),
    (CALCULATE, {"date": "9999-12-31"}, "date"),
    (CALCULATE, {"date": "0001-01-01"}, "date"),
]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_nonsense_says_what_to_mend_and_changes_nothing(one, joes, world, file):
    before = await joes()

    for mutation, variables, field in NONSENSE:
        payload = await one(mutation, id=str(world.joe), **variables)
        assert [error["field"] for error in payload.pop("userErrors")] == [field], variables
        assert [*payload.values()] == [None]

    assert await joes() == before


async def test_heart_rate_is_posted_replaced_and_scored_beside_what_files_hold(
    one, joes, client, world, file
):
    noon = {"timestamp": "2024-06-20T19:00:00Z", "bpm": 120}
    posted = await one(POST, id=str(world.joe), date=str(TODAY), measurements=[noon])
    assert posted["userErrors"] == []
    day = posted["heartRateDay"]
    assert (day["sampleCount"], day["maxBpm"]) == (61, 120)
    path = f"/api/v2/user/organizations/{world.organization}/heartrate/summaries/{day['uuid']}"
    shown = (await client.get(path, headers=await world.pai_headers(client, "joe"))).json()
    assert len(shown["measurements"]) == 61
    others = [
        {"timestamp": "2024-06-20T12:00:00-07:00", "bpm": 130},
        {"timestamp": "2024-06-20T19:00:01", "bpm": 90},
    ]
    replaced = await one(REPLACE, id=day["id"], measurements=others)
    assert replaced == {"userErrors": [], "heartRateDay": {"sampleCount": 62, "maxBpm": 130}}
    assert {row["trigger"] for row in (await joes())["paiCalculations"]} == {"HEART_RATE"}


async def test_heart_rate_that_does_not_fit_says_where(one, ask, world, file):
    for wrong, field in (
        ({"timestamp": "2024-06-20T19:00:00Z", "bpm": 29}, "measurements[1].bpm"),
        ({"timestamp": "2024-06-18T19:00:00Z", "bpm": 60}, "measurements[1].timestamp"),
        ({"timestamp": "2024-06-20T23:00:00Z", "bpm": 60}, "measurements[1].timestamp"),
    ):
        sent = [{"timestamp": "2024-06-20T19:00:00Z", "bpm": 60}, wrong]
        payload = await one(POST, id=str(world.joe), date=str(TODAY), measurements=sent)
        assert payload["heartRateDay"] is None
        assert [error["field"] for error in payload["userErrors"]] == [field]
    nobodys = await one(POST, id=str(world.ann), date=str(TODAY), measurements=sent[:1])
    assert [error["code"] for error in nobodys["userErrors"]] == ["NOT_FOUND"]
    answer = await ask(POST, "partner", id=str(world.joe), date=str(TODAY), measurements=sent[:1])
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]


async def test_what_was_found_out_about_a_user_is_kept_as_it_was_worded(one, world, records):
    risk = await one(FOUND, "admin", id=str(world.joe), input={"kind": "FALL_RISK", "level": "INTERMEDIATE"})
    assert risk["userErrors"] == []
    assert (risk["trainingAssessment"]["level"], risk["trainingAssessment"]["riskTier"]) == (
        "INTERMEDIATE",
        "MODERATE",
    )
    wishes = {"goal": "strength", "sessionMinutes": 30, "likes": ["chair"]}
    liked = await one(FOUND, id=str(world.joe), input={"kind": "PREFERENCES", "preferences": wishes})
    assert liked["trainingAssessment"]["preferences"] == wishes
    assert liked["trainingAssessment"]["riskTier"] is None
    for wrong, field in (
        ({"kind": "FALL_RISK", "level": "SEVERE"}, "level"),
        ({"kind": "COGNITIVE"}, "level"),
        ({"kind": "PREFERENCES", "level": "LOW"}, "level"),
        ({"kind": "MSK", "level": "LOW", "preferences": {"goal": "x"}}, "preferences"),
        ({"kind": "PREFERENCES", "preferences": {"sessionMinutes": 1}}, "preferences.sessionMinutes"),
        ({"kind": "MSK", "level": "LOW", "assessedAt": "2999-01-01T00:00:00"}, "assessedAt"),
    ):
        payload = await one(FOUND, id=str(world.joe), input=wrong)
        assert payload["trainingAssessment"] is None
        assert [error["field"] for error in payload["userErrors"]] == [field]
