import pytest

from domain.fit import FitError, FitErrorCode, read
from domain.fit.encoder import FieldSpec, FitWriter
from tests.domain.fit.made_files import ACTIVITY, FILE_ID, SESSION, START, T0, TIME, records, with_session

UPTIME = 5_000


def test_a_session_ends_at_start_plus_elapsed_time_whatever_its_timestamp_says():
    writer = with_session(records((T0, 60)), start=T0, elapsed_s=600.5, timestamp=T0)

    session = read(writer.to_bytes()).sessions[0]

    assert (session.started_at, session.ended_at) == (START, START + 600.5)


def test_a_session_without_start_or_length_has_no_end():
    writer = with_session(with_session(records(), start=None, elapsed_s=5), start=T0, elapsed_s=None)

    assert [session.ended_at for session in read(writer.to_bytes()).sessions] == [None, None]


def test_several_sessions_keep_their_order():
    writer = records((T0, 60))
    for at, sport in enumerate((5, 3, 2, 3, 1)):
        with_session(writer, start=T0 + at * 100, elapsed_s=100, sport=sport)

    sessions = read(writer.to_bytes()).sessions

    assert [each.sport for each in sessions] == ["swimming", "transition", "cycling", "transition", "running"]
    assert [each.started_at - START for each in sessions] == [0, 100, 200, 300, 400]


def test_sports_the_profile_does_not_know_keep_their_number():
    fields = [FieldSpec(5, "enum"), FieldSpec(6, "enum")]
    writer = FitWriter().define(0, SESSION, fields).data(0, 200, 201).data(0, None, None).data(0, 2, 7)

    found = [(each.sport, each.sub_sport) for each in read(writer.to_bytes()).sessions]

    assert found == [("sport_200", "sub_sport_201"), (None, None), ("cycling", "road")]


def test_a_session_has_plain_units():
    written = {
        7: ("uint32", 3_600_500, "elapsed_s", 3600.5),
        8: ("uint32", 3_500_000, "timer_s", 3500),
        9: ("uint32", 1_234_567, "distance_m", 12_345.67),
        11: ("uint16", 700, "calories_kcal", 700),
        16: ("uint8", 140, "avg_heart_rate_bpm", 140),
        17: ("uint8", 180, "max_heart_rate_bpm", 180),
        18: ("uint8", 85, "avg_cadence_rpm", 85),
        19: ("uint8", 110, "max_cadence_rpm", 110),
        20: ("uint16", 210, "avg_power_w", 210),
        21: ("uint16", 900, "max_power_w", 900),
        22: ("uint16", 320, "ascent_m", 320),
        23: ("uint16", 310, "descent_m", 310),
        34: ("uint16", 230, "normalized_power_w", 230),
        35: ("uint16", 785, "training_stress_score", 78.5),
        36: ("uint16", 912, "intensity_factor", 0.912),
        14: ("uint16", 3_333, "avg_speed_mps", 3.333),
        15: ("uint16", None, "max_speed_mps", None),
    }
    writer = FitWriter().define(
        0, SESSION, [FieldSpec(number, kind) for number, (kind, *_) in written.items()]
    )

    session = read(writer.data(0, *(raw for _, raw, *_ in written.values())).to_bytes()).sessions[0]

    assert {name: getattr(session, name) for *_, name, _ in written.values()} == {
        name: value for *_, name, value in written.values()
    }


def test_enhanced_speeds_of_a_session_come_first():
    fields = [
        FieldSpec(124, "uint32"),
        FieldSpec(125, "uint32"),
        FieldSpec(14, "uint16"),
        FieldSpec(15, "uint16"),
    ]

    session = read(FitWriter().define(0, SESSION, fields).data(0, 70_000, None, 1, 2).to_bytes()).sessions[0]

    assert (session.avg_speed_mps, session.max_speed_mps) == (70, 0.002)


def test_a_file_that_knows_only_its_uptime_is_flagged_and_never_dated():
    writer = with_session(records((UPTIME, 60), (UPTIME + 1, 61)), start=UPTIME, elapsed_s=2)

    file = read(writer.to_bytes())

    assert file.relative_time
    assert file.records.time.tolist() == [UPTIME, UPTIME + 1]
    assert file.sessions[0].started_at == UPTIME


def test_uptime_before_the_clock_was_set_is_no_time():
    writer = with_session(records((UPTIME, 60), (T0, 61)), start=UPTIME, elapsed_s=2)

    file = read(writer.to_bytes())

    assert not file.relative_time
    assert len(file.records.between(0, START)) == 1
    assert file.sessions[0].started_at is None


def test_a_file_without_any_time_is_not_flagged():
    assert not read(with_session(records((None, 60)), start=None, elapsed_s=1).to_bytes()).relative_time


def file_id(kind=4, manufacturer=1, created=T0):
    fields = [FieldSpec(0, "enum"), FieldSpec(1, "uint16"), FieldSpec(2, "uint16"), FieldSpec(3, "uint32z")]
    writer = FitWriter().define(0, FILE_ID, [*fields, FieldSpec(4, "uint32")])
    return writer.data(0, kind, manufacturer, 3113, 77, created)


def test_a_file_says_what_wrote_it_and_when():
    file = read(file_id().to_bytes())

    assert (file.file_types, file.manufacturer, file.product) == (("activity",), "garmin", 3113)
    assert (file.serial_number, file.created_at) == (77, START)


def test_an_unknown_type_and_manufacturer_keep_their_numbers():
    file = read(file_id(kind=99, manufacturer=4_711, created=UPTIME).to_bytes())

    assert (file.file_types, file.manufacturer, file.created_at) == (("type_99",), 4_711, None)


def test_the_types_of_all_parts_are_told_once_each():
    parts = (file_id(kind).to_bytes() for kind in (4, 2, 4))

    assert read(b"".join(parts)).file_types == ("activity", "settings")


@pytest.mark.parametrize(
    ("ahead", "offset"),
    [(7_200, 7_200), (-34_200, -34_200), (20_700, 20_700), (7_203, 7_200), (7_500, None), (500_000, None)],
)
def test_the_local_offset_is_told_where_it_is_a_time_zone(ahead, offset):
    writer = FitWriter().define(0, ACTIVITY, [TIME, FieldSpec(5, "uint32")])

    assert read(writer.data(0, T0, T0 + ahead).to_bytes()).local_offset_s == offset


def test_no_local_time_is_no_offset():
    writer = (
        FitWriter()
        .define(0, ACTIVITY, [TIME, FieldSpec(5, "uint32")])
        .data(0, T0, None)
        .data(0, UPTIME, UPTIME)
    )

    assert read(writer.to_bytes()).local_offset_s is None


def test_a_flood_of_sessions_is_refused():
    with pytest.raises(FitError) as error:
        read(FitWriter().define(0, SESSION, []).raw(b"\0" * 1_001).to_bytes())

    assert error.value.code is FitErrorCode.TOO_MANY_MESSAGES
