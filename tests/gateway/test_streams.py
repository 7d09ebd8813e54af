"""An activity's streams as a frontend asks for them: units in names, one time axis, as many points as a chart has."""

import math
from datetime import UTC, datetime

import numpy as np
import pytest
from sqlalchemy import event

from domain.announcing import Announcement, announce
from domain.fit.encoder import DeveloperSpec, FieldSpec, encode_activity
from domain.fit_files import BY_HAND
from tests.databases import ONE_DATABASE
from tests.domain.fit.made_files import BPM, FIELD_DESCRIPTION, RECORD, START, T0, TIME, records, with_session

pytestmark = pytest.mark.anyio

HOUR = 3600
BPM_OF_AN_HOUR = np.round(140 + 30 * np.sin(np.arange(HOUR) / 200))
BPM_OF_AN_HOUR[1234] = 199
BPM_OF_AN_HOUR[2000:2100] = math.nan
LONG = encode_activity(
    START,
    {"heart_rate": BPM_OF_AN_HOUR, "power": np.arange(HOUR) % 400, "latitude": np.full(HOUR, 52.5162749)},
)
SHORT = encode_activity(
    START + 86_400,
    {"heart_rate": [100, math.nan, 102], "speed": [3.333, 3.5, 0], "altitude": [-12.4, 0, 100.2]},
)
AXIS = "recordCount timeOffsetSeconds"


def with_developer_fields():
    described = [
        FieldSpec(0, "uint8"),
        FieldSpec(1, "uint8"),
        FieldSpec(2, "uint8"),
        FieldSpec(3, "string", 16),
    ]
    writer = records(fields=[TIME]).define(1, FIELD_DESCRIPTION, described).data(1, 0, 4, 0x84, "Form Power")
    writer.define(0, RECORD, [TIME, BPM], [DeveloperSpec(4, 2)])
    for second in range(3):
        writer.data(0, T0 + 200_000 + second, 120, developer=(50 + second).to_bytes(2, "little"))
    return with_session(writer, start=T0 + 200_000, elapsed_s=3).to_bytes()


@pytest.fixture
async def recorded(world):
    """Joe has an hour, three seconds and three with an app's own field; Eve of the other organization has three.

    It is the week after: every day up to the present would be balanced.
    """
    world.store.clock = lambda: datetime.fromtimestamp(START + 7 * 86_400, UTC)
    for name, content, user, organization in (
        ("long", LONG, world.joe, world.organization),
        ("short", SHORT, world.joe, world.organization),
        ("developer", with_developer_fields(), world.joe, world.organization),
        ("theirs", SHORT, world.eve, world.other_organization),
    ):
        async with world.store.writing() as unit:
            await announce(
                unit,
                Announcement(
                    user_id=user,
                    organization_id=organization,
                    origin=BY_HAND,
                    source="test",
                    summary_id=name,
                    activity_name=name,
                    content=content,
                ),
            )
    await world.work()


@pytest.fixture
def streams(recorded, data):
    """The streams of one of Joe's recordings."""

    async def asked(name, selection, points=1000):
        oldest = "activities(first: 3, orderBy: [{field: STARTED_AT}])"
        query = f"{{ {oldest} {{ nodes {{ name streams(maxPoints: {points}) {{ {selection} }} }} }} }}"
        nodes = (await data(query))["activities"]["nodes"]
        return next(node["streams"] for node in nodes if node["name"] == name)

    return asked


async def test_a_short_recording_comes_whole_in_plain_units_with_null_for_what_is_missing(streams):
    columns = f"{AXIS} timeUnixSeconds heartRateBpm speedMetersPerSecond altitudeMeters powerWatts recorded"

    assert await streams("short", columns) == {
        "recordCount": 3,
        "timeOffsetSeconds": [0, 1, 2],
        "timeUnixSeconds": [START + 86_400, START + 86_401, START + 86_402],
        "heartRateBpm": [100, None, 102],
        "speedMetersPerSecond": [3.333, 3.5, 0],
        "altitudeMeters": [-12.4, 0, 100.2],
        "powerWatts": None,
        "recorded": ["altitudeMeters", "heartRateBpm", "speedMetersPerSecond"],
    }


@ONE_DATABASE
async def test_a_long_recording_keeps_its_peaks_its_ends_and_its_gaps_in_as_many_points_as_were_asked_for(
    streams,
):
    found = await streams("long", f"{AXIS} heartRateBpm latitudeDegrees", points=200)

    offsets, bpm = found["timeOffsetSeconds"], found["heartRateBpm"]
    assert found["recordCount"] == HOUR
    assert 80 < len(offsets) == len(bpm) == len(found["latitudeDegrees"]) <= 200
    assert (offsets[0], offsets[-1]) == (0, HOUR - 1)
    assert bpm[offsets.index(1234)] == max(each for each in bpm if each) == 199
    assert any(each is None for each in bpm)
    assert all(each == BPM_OF_AN_HOUR[at] for at, each in zip(offsets, bpm, strict=True) if each is not None)
    assert set(found["latitudeDegrees"]) == {52.5162749}


@ONE_DATABASE
async def test_without_metrics_there_is_the_time_axis_alone(streams):
    assert await streams("short", AXIS) == {"recordCount": 3, "timeOffsetSeconds": [0, 1, 2]}


@ONE_DATABASE
async def test_fields_that_an_app_on_the_device_defined_are_listed_and_served_by_name(streams):
    found = await streams(
        "developer", 'developerFields recorded power: developer(name: "Form Power") developer(name: "Other")'
    )

    assert found == {
        "developerFields": ["Form Power"],
        "recorded": ["heartRateBpm"],
        "power": [50, 51, 52],
        "developer": None,
    }


@ONE_DATABASE
async def test_an_activity_without_records_has_no_streams(data):
    """The world's activities were written without a file."""
    nodes = (await data("{ activities(first: 9) { nodes { streams { recordCount } } } }"))["activities"][
        "nodes"
    ]

    assert len(nodes) == 7
    assert all(node["streams"] is None for node in nodes)


@ONE_DATABASE
async def test_streams_are_seen_by_those_who_see_the_activity(recorded, ask):
    query = (
        '{ activities(first: 9, filter: {source: {eq: "test"}}) { nodes { name streams { recordCount } } } }'
    )

    seen = {}
    for who in ("admin", "other-admin", "joe", "partner", "key", "anonymous"):
        answer = await ask(query, who)
        seen[who] = (
            sorted(
                (node["name"], node["streams"]["recordCount"])
                for node in answer["data"]["activities"]["nodes"]
            )
            if answer["data"]["activities"]
            else answer["errors"][0]["extensions"]["code"]
        )

    joes = [("developer", 3), ("long", HOUR), ("short", 3)]
    assert seen == {
        "admin": joes,
        "other-admin": [("theirs", 3)],
        "joe": joes,
        "partner": joes,
        "key": "FORBIDDEN",
        "anonymous": "UNAUTHORIZED",
    }


async def test_the_streams_of_a_page_cost_one_statement_for_each_way_to_ask_and_read_no_other_metric(
    recorded, data, store
):
    seen = []

    def hear(_connection, _cursor, statement, parameters, *_):
        if "activity_streams" in statement:
            seen.append(str(parameters))

    event.listen(store.engine.sync_engine, "before_cursor_execute", hear)
    await data(
        "{ activities(first: 9) { nodes { hr: streams(maxPoints: 50) { heartRateBpm } "
        "power: streams(maxPoints: 100) { timeOffsetSeconds powerWatts } } } }"
    )
    event.remove(store.engine.sync_engine, "before_cursor_execute", hear)

    assert [("heart_rate" in each, "power" in each) for each in sorted(seen)] in (
        [(True, False), (False, True)],
        [(False, True), (True, False)],
    )


@ONE_DATABASE
async def test_too_few_or_too_many_points_are_refused_with_what_to_ask_for(ask):
    query = "query($n: Int!) { activities(first: 1) { nodes { streams(maxPoints: $n) { heartRateBpm powerWatts } } } }"

    for points in (-1, 0, 5, 10_001):
        answer = await ask(query, n=points)
        assert answer["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
        assert "6 to 10000 points" in answer["errors"][0]["message"]


TEN_THOUSAND = "{ activities(first: 1) { nodes { streams(maxPoints: 10000) { "
COSTS = {
    TEN_THOUSAND + "heartRateBpm powerWatts timeOffsetSeconds } } } }": None,
    TEN_THOUSAND + "heartRateBpm " * 20 + "} } } }": "TOO_MANY_NODES",
    "{ activities(first: 20) { nodes { streams(maxPoints: 500) { timeOffsetSeconds heartRateBpm } } } }": None,
    "{ activities(first: 100) { nodes { streams { timeOffsetSeconds heartRateBpm } } } }": "TOO_MANY_NODES",
    "{ activities(first: 100) { nodes { streams(maxPoints: 10) { recordCount } } } }": None,
    "{ activities(first: 100) { nodes { streams(maxPoints: 2147483647) { recordCount } } } }": "TOO_MANY_NODES",
    "{ activities(first: 100) { nodes { ...A } } } fragment A on Activity { streams(maxPoints: 300) { ...S } } "
    "fragment S on ActivityStreams { timeOffsetSeconds heartRateBpm powerWatts gradePercent recorded recordCount "
    "cadenceRpm }": "TOO_MANY_NODES",
}


@ONE_DATABASE
async def test_streams_count_against_the_limit_of_nodes(ask):
    codes = {}
    for query in COSTS:
        answer = await ask(query)
        codes[query] = answer["errors"][0]["extensions"]["code"] if "errors" in answer else None

    assert codes == COSTS


@ONE_DATABASE
async def test_recordings_of_weeks_are_not_unpacked_all_at_once(recorded, ask, monkeypatch):
    monkeypatch.setattr("domain.streams.MOST_VALUES", HOUR)

    answer = await ask("{ activities(first: 10) { nodes { streams { heartRateBpm } } } }")

    assert answer["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
    assert "fewer activities or metrics" in answer["errors"][0]["message"]
