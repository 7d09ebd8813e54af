"""From a heart beat that somebody posts to the score, the VO2 max and the receivers who hear of it, through REST."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.announcing import Announcement, announce
from domain.fit.encoder import encode_activity
from tests.databases import ONE_DATABASE
from tests.domain.webhooks.receiving import Clock, receiving
from tests.rest_compat.answers import pai_error
from tests.rest_compat.pai.calling import shown

pytestmark = pytest.mark.anyio

HOME = ZoneInfo("America/Vancouver")
HABITS = {
    "activityFrequency": "TwoToThreePerWeek",
    "activityIntensity": "Moderate",
    "activityDuration": "ThirtyToSixty",
}
DAY = date(2024, 5, 1)
MANY = 25 * 60 * 60
LONG_DAY = date(2024, 11, 3)


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"allow_private_callbacks": True})


@pytest.fixture
def clock(store):
    store.clock = Clock()
    return store.clock


def at(day, hour=12, second=0):
    """An instant of Joe's local day, as clients write it."""
    local = datetime(day.year, day.month, day.day, hour, tzinfo=HOME) + timedelta(seconds=second)
    return local.astimezone(UTC).isoformat().replace("+00:00", "Z")


def beats(day, *bpm, start=0, apart=1):
    return [{"timestamp": at(day, second=start + n * apart), "bpm": each} for n, each in enumerate(bpm)]


def heart_rate(day, *bpm, **spread):
    return {"date": day.isoformat(), "measurements": beats(day, *bpm, **spread)}


async def test_posted_heart_rate_becomes_scores_and_news(admin, joe, world, clock):
    day = clock().astimezone(HOME).date() - timedelta(days=2)
    body = {"sex": "Male", "heightCm": 180, "weightKg": 78.5}
    async with receiving() as receiver:
        wanted = {"url": receiver.url, "events": ["PaiSummary.Created"]}
        webhook = (await admin("POST", "/webhooks", wanted, 201)).json()
        await joe("PATCH", "/profile", body, 200)
        posted = (
            await joe("POST", "/heartrate/summaries", heart_rate(day, *[150] * 40, apart=30), 201)
        ).json()
        [waiting] = await shown(joe, "/pai/calculations")
        await world.work()
        [done] = await shown(joe, "/pai/calculations")
        summaries = await shown(admin, f"/pai/summaries?userId={world.joe}&sort=date")
        estimates = await shown(joe, "/vo2max/calculations?sort=date")
        vo2max = await shown(joe, "/vo2max/summaries?sort=date")
        told = [message.verified(webhook["secret"]) for message in receiver.messages]

    cause = {"trigger": "HeartrateSummary", "triggerId": posted["id"], "date": day.isoformat()}
    assert waiting.items() >= {**cause, "status": "Pending", "completedOn": None}.items()
    first, *carried = summaries
    assert (
        done.items() >= {**cause, "status": "Completed", "reason": None, "paiSummaryId": first["id"]}.items()
    )
    assert [each["date"] for each in summaries] == [str(day + timedelta(days=n)) for n in range(3)]
    assert first["dailyPai"] == first["paiScore"] > 5
    assert {each["paiScore"] for each in carried} == {first["paiScore"]}
    assert [(each["trigger"], each["triggerId"], each["status"]) for each in estimates] == [
        ("PaiSummary", summary["id"], "Completed") for summary in summaries
    ]
    assert [each["vo2MaxSummaryId"] for each in estimates] == [each["id"] for each in vo2max]
    assert {(each["source"], each["calibrationStatus"]) for each in vo2max} == {("PAI", "Uncalibrated")}
    assert {each["type"] for each in told} == {"pai_summary.created"}
    assert sorted(each["data"]["id"] for each in told) == sorted(each["id"] for each in summaries)
    assert {each["data"]["organization_id"] for each in told} == {webhook["organizationId"]}


async def test_the_documented_webhook_hears_of_groups_and_scores_and_vo2max(admin, joe, world, clock):
    """Contracts 1.5 has these events in its example."""
    day = clock().astimezone(HOME).date() - timedelta(days=1)
    joined = {"userId": str(world.joe)}
    async with receiving() as receiver:
        wanted = {
            "url": receiver.url,
            "events": ["PaiSummary.Created", "PaiSummary.Updated", "GroupEvent.Joined"],
        }
        first = (await admin("POST", "/webhooks", wanted, 201)).json()
        others = ["GroupEvent.Removed", "Vo2MaxSummary.Created", "Vo2MaxSummary.Updated"]
        await admin("PATCH", f"/webhooks/{first['id']}", {"events": wanted["events"] + others}, 200)
        group = (await admin("POST", "/groups", {"name": "Walkers"}, 201)).json()
        members = f"/groups/{group['id']}/members"
        await admin("POST", members, joined, 201)
        await admin("DELETE", f"{members}/{world.joe}", status=204)
        await joe("PATCH", "/profile", {"sex": "Male", "heightCm": 180, "weightKg": 78.5}, 200)
        for bpm in (140, 170):
            await joe("POST", "/heartrate/summaries", heart_rate(day, *[bpm] * 40, apart=30), None)
            await world.work()
        await joe("POST", "/vo2max/assessments", HABITS | {"date": str(day)}, 201)
        await world.work()
        told = [message.verified(first["secret"]) for message in receiver.messages]
        estimates = await shown(joe, "/vo2max/summaries")
        events = await shown(admin, f"/groups/{group['id']}/events?sort=occurredOn")

    kinds = [each["type"] for each in told]
    resources = {"pai_summary": ("created", "updated"), "vo2max_summary": ("created", "updated")}
    resources |= {"group_event": ("joined", "removed")}
    assert set(kinds) == {f"{name}.{what}" for name, both in resources.items() for what in both}
    by_kind = {each["type"]: each["data"] for each in told}
    for event, kind in zip(events, ("group_event.joined", "group_event.removed"), strict=True):
        data = by_kind[kind]
        assert (data["id"], data["group_id"], data["user_id"]) == (event["id"], group["id"], str(world.joe))
    assert {each["data"]["id"] for each in told if "vo2max" in each["type"]} == {
        each["id"] for each in estimates
    }
    [assessed] = [each for each in estimates if each["source"] == "Assessment"]
    updates = [each["data"] for each in told if each["type"] == "vo2max_summary.updated"]
    [of_assessment] = [data for data in updates if data["source"] == "Assessment"]
    assert (of_assessment["vo2max"], of_assessment["date"]) == (assessed["vo2Max"], str(day))
    assert kinds.count("vo2max_summary.created") == 2, "the day and the one that carries it"


async def test_a_day_without_valid_biometrics_is_skipped_and_made_up_for_when_there_are_some(joe, world):
    [known] = await shown(joe, "/biometrics")
    await joe("PATCH", f"/biometrics/{known['id']}", {"restingHeartrate": None}, 200)
    await joe("POST", "/heartrate/summaries", heart_rate(DAY, *[150] * 60), 201)
    await world.work()
    [skipped] = await shown(joe, "/pai/calculations")
    assert await shown(joe, "/pai/summaries") == []

    added = (await joe("POST", "/biometrics", {"date": "2024-05-03", "restingHeartrate": 58}, 201)).json()
    await world.work()
    made_up = await shown(joe, "/pai/calculations?trigger=Biometric")

    assert (skipped["status"], skipped["reason"]) == ("Skipped", "The resting heart rate is missing.")
    assert [(each["status"], each["triggerId"]) for each in made_up] == [("Completed", added["id"])]
    assert [each["id"] for each in await shown(joe, f"/pai/summaries?date={DAY}")] == [
        made_up[0]["paiSummaryId"]
    ]
    pai_error(await joe("POST", "/biometrics", {"date": "2024-05-03", "weight": 70}), 409)


async def test_a_calculation_that_is_asked_for_is_accepted_and_then_done(admin, joe, world):
    asked = await admin("POST", "/pai/calculations", {"userId": str(world.joe), "date": str(DAY)}, 202)
    again = await joe("POST", "/pai/calculations", {"date": str(DAY)}, 202)
    path = asked.headers["location"].partition(str(world.organization))[2]
    await world.work()
    done = await shown(admin, path)

    assert again.json()["id"] == asked.json()["id"], "a day waits once"
    assert (asked.json()["status"], asked.json()["trigger"]) == ("Pending", "Request")
    assert (done["status"], done["reason"][:11]) == ("Skipped", "No heart ra")


async def test_an_assessment_yields_a_summary_at_once(admin, joe, world):
    habits = {
        "date": str(DAY),
        "activityFrequency": "TwoToThreePerWeek",
        "activityIntensity": "Moderate",
        "activityDuration": "ThirtyToSixty",
    }
    error = pai_error(await joe("POST", "/vo2max/assessments", habits), 400)
    assert error["message"] == "The sex is missing. Complete the biometrics or the profile first"
    spanish = await joe("POST", "/vo2max/assessments", habits, Accept_Language="es")
    assert pai_error(spanish, 400)["message"] == "Falta el sexo. Complete primero la biometría o el perfil"
    await admin("PATCH", f"/users/{world.joe}", {"sex": "Male"}, 200)

    told = await admin("POST", "/vo2max/assessments", habits | {"userId": str(world.joe), "waist": 90}, 201)
    [summary] = await shown(joe, "/vo2max/summaries")
    [calculation] = await shown(joe, "/vo2max/calculations")

    assessment = told.json()
    assert assessment.items() >= habits.items()
    assert (assessment["waist"], assessment["restingHeartrate"]) == (90.0, 58.0)
    assert assessment["vo2MaxSummaryId"] == summary["id"] == calculation["vo2MaxSummaryId"]
    assert (summary["source"], calculation["triggerId"]) == ("Assessment", assessment["id"])


async def test_an_assessment_counts_until_what_is_measured_later_is_calibrated(admin, joe, world):
    await joe("PATCH", "/profile", {"sex": "Male", "heightCm": 180, "weightKg": 78.5}, 200)

    async def measured(bpm, *days_back):
        for back in days_back:
            day = DAY - timedelta(days=back)
            await joe("POST", "/heartrate/summaries", heart_rate(day, *[bpm] * 60, apart=30), None)
        await world.work()
        [summary] = await shown(joe, f"/vo2max/summaries?date={DAY}")
        return summary["source"], summary["calibrationStatus"]

    assert await measured(140, 0, 1, 2, 3) == ("PAI", "Calibrated")
    told = await joe("POST", "/vo2max/assessments", HABITS | {"date": str(DAY)}, 201)
    [summary] = await shown(joe, f"/vo2max/summaries?date={DAY}")
    assert (summary["source"], summary["id"]) == ("Assessment", told.json()["vo2MaxSummaryId"])
    assert await measured(150, 0) == ("PAI", "Calibrated"), "what was measured since counts more"
    await joe("POST", "/vo2max/assessments", HABITS | {"date": "2024-04-20"}, 201)
    await joe("POST", "/heartrate/summaries", heart_rate(date(2024, 4, 20), *[150] * 60, apart=30), 201)
    await world.work()
    [uncalibrated] = await shown(joe, "/vo2max/summaries?date=2024-04-20")
    assert uncalibrated["source"] == "Assessment", "one measured day is not enough"


async def test_the_last_measurement_of_a_day_is_not_taken_back(joe):
    [known] = await shown(joe, "/biometrics")
    nothing = dict.fromkeys(
        ("maxHeartrate", "restingHeartrate", "thresholdHeartrate", "weight", "height", "waist")
    )
    error = pai_error(await joe("PATCH", f"/biometrics/{known['id']}", nothing, Accept_Language="fr"), 400)

    assert error["message"].startswith("Au moins une mesure doit rester")
    assert await shown(joe, "/biometrics") == [known]


async def test_posts_are_merged_by_the_second_and_a_put_takes_the_place_of_all(joe):
    first = await joe("POST", "/heartrate/summaries", heart_rate(DAY, 60, "61", 62.0), 201)
    merged = await joe("POST", "/heartrate/summaries", heart_rate(DAY, 90, 91, start=2), 200)
    bare = await joe("POST", "/heartrate/summaries", heart_rate(DAY, 90), 204, X_No_Return_Resource="")
    path = f"/heartrate/summaries/{first.json()['id']}"
    replaced = await joe("PUT", path, {"measurements": beats(DAY, 100, 101)}, 200)

    assert first.headers["location"] == first.json()["href"] == merged.headers["location"]
    assert first.json()["measurements"] == beats(DAY, 60, 61, 62)
    assert merged.json()["measurements"] == beats(DAY, 60, 61, 90, 91)
    assert [merged.json()[name] for name in ("min", "max", "average", "measurementCount")] == [
        60,
        91,
        75.5,
        4,
    ]
    assert bare.headers["location"] == first.headers["location"]
    assert replaced.json()["measurements"] == beats(DAY, 100, 101)
    assert replaced.json() == await shown(joe, path)


async def test_what_is_sent_again_is_no_news_and_other_beats_of_the_same_sum_are(joe):
    there = (await joe("POST", "/heartrate/summaries", heart_rate(DAY, 60, 70), 201)).json()
    path = f"/heartrate/summaries/{there['id']}"
    before = await joe("GET", path, status=200)
    calculations = await shown(joe, "/pai/calculations")

    await joe("POST", "/heartrate/summaries", heart_rate(DAY, 60, 70), 200)
    await joe("GET", path, status=304, If_None_Match=before.headers["etag"])
    assert await shown(joe, "/pai/calculations") == calculations

    await joe("PUT", path, {"measurements": beats(DAY, 70, 60)}, 200)
    after = await joe("GET", path, status=200, If_None_Match=before.headers["etag"])
    assert (after.json()["average"], after.json()["measurements"]) == (65, beats(DAY, 70, 60))


async def test_a_file_and_posts_of_a_day_are_one_day_in_which_the_highest_beat_counts(joe, store, world):
    noon = int(datetime.fromisoformat(at(DAY)).timestamp())
    async with store.writing() as unit:
        file = encode_activity(noon, {"heart_rate": [100, 110, 120]}, sport="running")
        whose = {"user_id": world.joe, "organization_id": world.organization}
        await announce(
            unit, Announcement(**whose, origin="test", source="watch", summary_id="1", content=file)
        )
    await world.work()

    day = (
        await joe("POST", "/heartrate/summaries", heart_rate(DAY, 105, 105, 105, 105, start=1), 200)
    ).json()
    path = f"/heartrate/summaries/{day['id']}"
    put = (await joe("PUT", path, {"measurements": beats(DAY, 130, start=2)}, 200)).json()

    assert day["measurements"] == beats(DAY, 100, 110, 120, 105, 105)
    assert put["measurements"] == beats(DAY, 100, 110, 130), "what the file holds stays"


@ONE_DATABASE
async def test_every_bad_measurement_is_told_with_its_code_in_the_clients_language(joe):
    measurements = [
        *beats(DAY, 61),
        {"timestamp": at(DAY), "bpm": 300},
        {"timestamp": "noon", "bpm": "fast"},
        {"bpm": 61},
    ]
    sent = {"date": str(DAY), "measurements": measurements}
    error = pai_error(await joe("POST", "/heartrate/summaries", sent, Accept_Language="de"), 400)
    strayed = {"date": str(DAY), "measurements": beats(DAY, 61) + beats(DAY + timedelta(days=1), 62)}
    stray = pai_error(await joe("POST", "/heartrate/summaries", strayed), 400)

    assert [(each["field"], each["code"]) for each in error["errors"]] == [
        ("measurements[1].bpm", "INVALID_HEARTRATE"),
        ("measurements[2].timestamp", "INVALID_HEARTRATE"),
        ("measurements[2].bpm", "INVALID_HEARTRATE"),
        ("measurements[3].timestamp", "INVALID_HEARTRATE"),
    ]
    assert error["errors"][0]["message"] == "nimmt höchstens 240"
    assert stray["errors"] == [
        {
            "message": "is not on 2024-05-01 in America/Vancouver, where the user is",
            "code": "INVALID_HEARTRATE",
            "field": "measurements[1].timestamp",
        }
    ]
    assert await shown(joe, "/heartrate/summaries") == []


@ONE_DATABASE
@pytest.mark.parametrize(
    ("timestamp", "status"),
    [
        ("2024-11-03T06:59:59Z", 400),
        ("2024-11-03T00:00:00-07:00", 201),
        ("2024-11-04T07:59:59.999Z", 201),
        ("2024-11-04T08:00:00Z", 400),
    ],
)
async def test_a_day_is_as_long_as_the_clock_of_its_user_makes_it(joe, timestamp, status):
    """On this one the clock is put back: it has 25 hours."""
    sent = {"date": "2024-11-03", "measurements": [{"timestamp": timestamp, "bpm": 61}]}

    assert (await joe("POST", "/heartrate/summaries", sent)).status_code == status


@ONE_DATABASE
async def test_what_is_still_to_come_was_not_measured(joe, clock):
    """Just before midnight the later one would be of another day, and refused for another reason."""
    if (clock() + timedelta(minutes=12)).astimezone(HOME).date() != clock().astimezone(HOME).date():
        clock.pass_by(minutes=15)
    now = clock()
    today = now.astimezone(HOME).date()
    for ahead, status in ((timedelta(minutes=1), 201), (timedelta(minutes=10), 400)):
        assert (now + ahead).astimezone(HOME).date() == today, (
            "another day would be refused for another reason"
        )
        measurement = {"timestamp": (now + ahead).isoformat(), "bpm": 61}
        sent = {"date": str(today), "measurements": [measurement]}
        assert (await joe("POST", "/heartrate/summaries", sent)).status_code == status


@ONE_DATABASE
async def test_a_request_holds_so_many_measurements_and_a_day_any(joe):
    midnight = datetime(2024, 11, 3, 7, tzinfo=UTC)
    stamps = [(midnight + timedelta(seconds=n)).isoformat() for n in range(MANY)]
    beats = [{"timestamp": stamp, "bpm": 60 + n % 100} for n, stamp in enumerate(stamps)]
    sent = {"date": str(LONG_DAY), "measurements": beats}
    day = await joe("POST", "/heartrate/summaries", sent, 201)
    path = f"/heartrate/summaries/{day.json()['id']}"
    too_many = pai_error(await joe("PUT", path, {"measurements": [beats[0]] * (MANY + 1)}), 400)
    too_large = await joe("PUT", path, {"measurements": beats[:1], "x": "x" * 6 * 1024 * 1024})

    assert day.json()["measurementCount"] == len(day.json()["measurements"]) == MANY
    assert too_many["errors"][0]["field"] == "measurements"
    pai_error(too_large, 413)


@ONE_DATABASE
@pytest.mark.parametrize("value", ["{}", "[]", "0", '""'])
async def test_millions_of_values_are_refused_before_any_is_made(joe, client, value):
    """Whatever they are: to make and to judge them would hold everybody up."""
    body = f'{{"date": "2024-05-01", "measurements": [{",".join([value] * 1_500_000)}]}}'
    headers = joe.headers | {"Content-Type": "application/json"}

    answer = await client.post(f"{joe.base}/heartrate/summaries", content=body, headers=headers)

    assert "values" in pai_error(answer, 400)["message"]


@ONE_DATABASE
async def test_a_list_shows_measurements_only_where_asked_and_of_a_week_at_most(joe):
    for back in range(9):
        await joe("POST", "/heartrate/summaries", heart_rate(DAY - timedelta(days=back), 60 + back, 70), 201)

    plain = await joe("GET", "/heartrate/summaries?sort=date", status=200)
    asked = await joe("GET", "/heartrate/summaries?sort=-date&fields=date,measurements", status=200)
    refused = pai_error(await joe("GET", "/heartrate/summaries?fields=measurements&limit=1000"), 400)

    assert len(plain.json()) == 9
    assert "measurements" not in plain.json()[0]
    assert asked.headers["x-pagination-limit"] == "7"
    assert asked.json() == [
        {"date": str(day), "measurements": beats(day, 60 + back, 70)}
        for back in range(7)
        for day in [DAY - timedelta(days=back)]
    ]
    assert refused["message"] == "limit must be a whole number from 1 to 7"


async def test_an_account_of_nobody_has_no_health_in_the_user_api(admin, client, world):
    own = type(admin)(client, admin.headers, world, "user")

    pai_error(await own("POST", "/heartrate/summaries", heart_rate(DAY, 61)), 404)
    assert await shown(own, "/heartrate/summaries") == []
