"""Files of templates: ZWO there and back, FIT as Garmin reads it, and files that nobody should send."""

from datetime import UTC, datetime

import pytest
from garmin_fit_sdk import Decoder, Stream
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.templates import plans, workouts
from domain.templates.files import Format, export_template, import_template, read_file
from domain.templates.fit_export import write_fit
from domain.templates.workouts import WorkoutContent
from domain.templates.zwo import MAX_BYTES, read_zwo, write_zwo
from gateway.demo.workouts import WORKOUTS
from tests.domain.templates.examples import author, effort, plan, workout

ZWO = b"""<workout_file>
  <name>Over-unders</name><category>Threshold</category><sportType>run</sportType><tags><tag name="fast"/></tags>
  <workout>
    <Warmup Duration="600" PowerLow="0.6" PowerHigh="0.8"/>
    <IntervalsT Repeat="5" OnDuration="180" OffDuration="60" OnPower="1.05" OffPower="0.7"/>
    <SteadyState Duration="300" Power="0.9"><textevent timeoffset="3" message="Hold it"/></SteadyState>
    <FreeRide Duration="120"/>
    <Cooldown Duration="300" PowerLow="0.8" PowerHigh="0.5"/>
  </workout>
</workout_file>"""
BOMB = (
    b'<!DOCTYPE z [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><workout_file><name>&b;</name></workout_file>'
)
SECRETS = (
    b'<!DOCTYPE z [<!ENTITY x SYSTEM "file:///etc/passwd">]><workout_file><name>&x;</name></workout_file>'
)


def at(percent, kind="work", seconds=60, high=None):
    return effort(kind, seconds, metric="criticalSpeedPercent", low=percent, high=high or percent)


def test_a_zwo_file_becomes_a_workout():
    document = read_file(ZWO)

    assert document == {
        "name": "Over-unders",
        "description": None,
        "category": "threshold",
        "sport": "running",
        "tags": ["fast"],
        "steps": [
            at(60, "warmup", 600, 80),
            {"type": "repeat", "count": 5, "steps": [at(105, "work", 180), at(70, "recovery", 60)]},
            at(90, "steady", 300),
            effort("steady", 120, metric="open"),
            at(80, "cooldown", 300, 50),
        ],
    }
    assert workouts.read(WorkoutContent, document).columns()["estimated_duration_seconds"] == 2520


SECONDS, PERCENT = st.integers(1, 7200), st.integers(2, 299)
EFFORTS = st.one_of(
    st.builds(lambda p, s: at(p, "steady", s), PERCENT, SECONDS),
    st.builds(lambda p, s, more: at(p, "warmup", s, p + more), PERCENT, SECONDS, st.integers(0, 1)),
    st.builds(lambda p, q, s: at(p, "ramp", s, q), PERCENT, PERCENT, SECONDS),
    st.builds(lambda p, q, s: at(p, "cooldown", s, q), PERCENT, PERCENT, SECONDS),
    st.builds(lambda s: effort("steady", s, metric="open"), SECONDS),
    st.builds(
        lambda n, p, q, s: {"type": "repeat", "count": n, "steps": [at(p, "work", s), at(q, "recovery", s)]},
        st.integers(2, 20),
        PERCENT,
        PERCENT,
        SECONDS,
    ),
)


@given(steps=st.lists(EFFORTS, min_size=1, max_size=8), name=st.sampled_from(["A & B", "<x>", "Zoë's 5 km"]))
def test_what_zwo_can_say_comes_back_unchanged(steps, name):
    content = workouts.read(WorkoutContent, workout(name, steps=steps, tags=["5k"]))

    again = workouts.read(WorkoutContent, read_zwo(write_zwo(content)))

    assert again == content


@pytest.mark.parametrize(
    "content",
    [
        BOMB,
        SECRETS,
        b"<!DOCTYPE workout_file><workout_file><workout/></workout_file>",
        b"<workout_file>",
        b"<other/>",
        b"<workout_file/>",
        b'<?xml version="1.0" encoding="x-none"?><workout_file/>',
        b"<workout_file><workout><Sprint/></workout></workout_file>",
        b'<workout_file><workout><FreeRide Duration="long"/></workout></workout_file>',
        b'<workout_file><workout><FreeRide Duration="nan"/></workout></workout_file>',
        b'<workout_file><workout><SteadyState Duration="60" Power="-inf"/></workout></workout_file>',
        b"<a>" * 100_000,
        b"<" + b"a" * MAX_BYTES,
        b"[]",
        b"{",
        b"",
        b"\xff\xfe",
    ],
)
def test_a_file_that_is_no_template_is_refused_in_a_sentence(content):
    with pytest.raises(Invalid) as error:
        read_file(content)

    assert (
        "ZWO" in error.value.message
        or "JSON" in error.value.message
        or "needs" in error.value.message
        or ("not known" in error.value.message)
    )


def zwo(*steps, name=b"<name>n</name>"):
    return b"<workout_file>%s<workout>%s</workout></workout_file>" % (name, b"".join(steps))


def test_what_zwo_may_say_otherwise_is_understood():
    once = b'<IntervalsT Repeat="1" OnDuration="60.4" OffDuration="0.3" OnPower="1" OffPower="0.5"/>'

    assert read_file(zwo(once))["steps"] == [at(100, "work", 60), at(50, "recovery", 1)]
    assert read_file(zwo(once, name=b""), name="Tuesday")["name"] == "Tuesday"
    with pytest.raises(Invalid):
        read_file(zwo(once, name=b""))
    for wrong in (b"0", b"1.5", b"101", b"nan", b"inf"):
        with pytest.raises(Invalid, match="Repeat"):
            read_file(zwo(once.replace(b'"1"', b'"' + wrong + b'"', 1)))
    with pytest.raises(Invalid, match="up to 1000000"):
        read_file(zwo(b'<FreeRide Duration="1000001"/>'))


@pytest.mark.parametrize("character", ["\0", "\x01", "\x1b", "\r", "\x7f", "\uffff"])
def test_texts_hold_no_control_characters_but_line_breaks_and_tabs(character):
    assert workouts.read(WorkoutContent, workout(description="a\r\nb\tc")).description == "a\nb\tc"
    with pytest.raises(Invalid):
        workouts.read(WorkoutContent, workout(description=f"a{character}b"))


@pytest.mark.anyio
async def test_a_name_that_no_database_takes_is_refused_in_a_sentence(world):
    for name in ("a\0b", "\ud800"):
        async with world.store.writing(author(world.organization)) as unit:
            with pytest.raises(Invalid):
                await import_template(unit, workout(name))


def test_a_workout_of_meters_and_seconds_is_written_as_long_as_it_is_estimated():
    mixed = workouts.read(WorkoutContent, WORKOUTS[2])

    steps = workouts.read(WorkoutContent, read_zwo(write_zwo(mixed)) | {"category": "easy"}).columns()

    assert steps["estimated_duration_seconds"] == mixed.estimated_duration_seconds
    with pytest.raises(Invalid):
        write_zwo(mixed.model_copy(update={"estimated_duration_seconds": None}))
    with pytest.raises(Invalid):
        write_zwo(
            workouts.read(WorkoutContent, workout(steps=[{"type": "rest", "duration": {"unit": "open"}}]))
        )


def test_garmins_reader_finds_every_step_in_the_fit_file():
    sets = workouts.read(WorkoutContent, WORKOUTS[3])
    content = write_fit(sets, datetime(2026, 1, 2, tzinfo=UTC))

    messages, errors = Decoder(Stream.from_byte_array(bytearray(content))).read()

    assert errors == []
    assert messages["file_id_mesgs"][0]["type"] == "workout"
    assert messages["workout_mesgs"] == [
        {"sport": "running", "num_valid_steps": 7, "wkt_name": "3 x (4 x 200 m)"}
    ]
    steps = messages["workout_step_mesgs"]
    assert [step["duration_type"] for step in steps] == [
        "time", "distance", "time", "repeat_until_steps_cmplt", "time", "repeat_until_steps_cmplt", "time",
    ]  # fmt: skip
    assert [steps[3][name] for name in ("duration_step", "repeat_steps")] == [1, 4]
    assert [steps[5][name] for name in ("duration_step", "repeat_steps")] == [1, 3]
    assert (steps[0]["duration_time"], steps[0]["target_hr_zone"], steps[0]["intensity"]) == (
        900,
        2,
        "warmup",
    )
    assert (steps[1]["duration_distance"], steps[1]["notes"]) == (200, "110-114 % of critical speed")


@pytest.mark.anyio
async def test_importing_again_changes_what_was_imported_and_exporting_gives_it_back(world):
    outcomes = []
    for content in (ZWO, ZWO, ZWO.replace(b"fast", b"hard")):
        async with world.store.writing(author(world.organization)) as unit:
            template, new = await import_template(unit, read_file(content))
            outcomes.append((template.id, template.version, new))

    assert outcomes == [(template.id, 1, True), (template.id, 1, False), (template.id, 2, False)]
    async with world.store.writing(author(world.organization)) as unit:
        made, _ = await import_template(unit, plan(template.id))
        for own, form in ((template.id, Format.JSON), (template.id, Format.ZWO), (made.id, Format.JSON)):
            again, new = await import_template(unit, read_file(await export_template(unit, own, form)))
            assert (again.id, new) == (own, False)
            assert again.version == (2 if own == template.id else 1)
        with pytest.raises(Invalid):
            await export_template(unit, made.id, Format.FIT)
        assert (await plans.get_plan(unit, made.id)).name == "10 km"
