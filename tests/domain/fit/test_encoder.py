import io
import warnings

import fitdecode
import fitparse
import garmin_fit_sdk
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.fit import read
from domain.fit.encoder import FieldSpec, FitWriter, encode_activity
from tests.domain.fit.made_files import START

RIDE = {
    "heart_rate": [120, 130, np.nan, 140],
    "power": [200, np.nan, 220, 230],
    "cadence": [80, 81, 82, 83],
    "speed": [8.123, 8.5, 9, np.nan],
    "distance": [0, 8.12, 16.5, 25],
    "altitude": [-12.4, 0, 100.2, 4_000],
    "latitude": [52.5, 52.6, -52.7, np.nan],
    "longitude": [13.4, -13.4, 179.9, np.nan],
    "temperature": [-5, 0, 5, np.nan],
}

# Half of the smallest step each column can hold.
STEPS = {
    "heart_rate": 0.5,
    "power": 0.5,
    "cadence": 0.5,
    "temperature": 0.5,
    "speed": 0.0005,
    "distance": 0.005,
    "altitude": 0.1,
    "latitude": 1e-7,
    "longitude": 1e-7,
}
RANGES = {
    "heart_rate": (0, 254),
    "power": (0, 65_534),
    "cadence": (0, 254),
    "temperature": (-127, 126),
    "speed": (0, 1_000),
    "distance": (0, 1_000_000),
    "altitude": (-400, 9_000),
    "latitude": (-90, 90),
    "longitude": (-179.9, 179.9),
}


@pytest.mark.parametrize("big_endian", [False, True])
def test_what_is_encoded_is_read_again(big_endian):
    data = encode_activity(
        START,
        RIDE,
        sport="cycling",
        sub_sport="road",
        interval_s=2,
        local_offset_s=-12_600,
        summary={
            "calories_kcal": 5,
            "training_stress_score": 12.3,
            "intensity_factor": 0.851,
            "elapsed_s": 9,
        },
        manufacturer="garmin",
        product=3113,
        serial_number=42,
        big_endian=big_endian,
    )

    file = read(data)

    assert file.records.time.tolist() == [START, START + 2, START + 4, START + 6]
    assert set(file.records.columns) == set(RIDE)
    for name, values in RIDE.items():
        np.testing.assert_allclose(file.records.columns[name], values, atol=STEPS[name])
    session = file.sessions[0]
    assert (session.sport, session.sub_sport, session.started_at) == ("cycling", "road", START)
    assert (session.elapsed_s, session.timer_s, session.distance_m) == (9, 8, 25)
    assert (session.avg_heart_rate_bpm, session.max_heart_rate_bpm) == (130, 140)
    assert (session.avg_power_w, session.max_power_w, session.max_speed_mps) == (217, 230, 9)
    assert (session.calories_kcal, session.training_stress_score, session.intensity_factor) == (
        5,
        12.3,
        0.851,
    )
    assert (file.manufacturer, file.product, file.serial_number) == ("garmin", 3113, 42)
    assert (file.file_types, file.created_at, file.local_offset_s) == (("activity",), START, -12_600)


@st.composite
def recordings(draw):
    names = draw(st.lists(st.sampled_from(sorted(RANGES)), unique=True, max_size=5))
    count = draw(st.integers(1, 40))
    return {
        name: draw(st.lists(st.floats(*RANGES[name]) | st.just(np.nan), min_size=count, max_size=count))
        for name in names
    }


@settings(max_examples=100)
@given(recordings(), st.integers(1_000_000_000, 4_000_000_000), st.booleans())
def test_any_recording_survives_within_the_steps_of_its_columns(columns, started_at, big_endian):
    file = read(encode_activity(started_at, columns, big_endian=big_endian))

    count = max(map(len, columns.values()), default=0)
    assert file.records.time.tolist() == list(range(started_at, started_at + count))
    for name, values in columns.items():
        found = file.records.columns.get(name, np.full(count, np.nan))
        np.testing.assert_allclose(found, values, atol=STEPS[name] + 1e-9)


def test_shorter_columns_end_with_missing_values():
    records = read(encode_activity(START, {"heart_rate": [100, 101, 102], "power": [200]})).records

    assert np.isnan(records.columns["power"]).tolist() == [False, True, True]


def test_what_a_field_cannot_hold_is_missing():
    data = encode_activity(
        START,
        {"heart_rate": [300, -1, 60, np.inf], "temperature": [-200, 20, 21, 22]},
        summary={"calories_kcal": 70_000},
    )

    file = read(data)

    assert np.isnan(file.records.columns["heart_rate"]).tolist() == [True, True, False, True]
    assert np.isnan(file.records.columns["temperature"]).tolist() == [True, False, False, False]
    assert file.sessions[0].calories_kcal is None


def test_the_official_sdk_accepts_what_is_encoded():
    data = encode_activity(START, RIDE, sport="cycling")
    decoder = garmin_fit_sdk.Decoder(garmin_fit_sdk.Stream.from_byte_array(bytearray(data)))

    messages, errors = decoder.read()

    assert not errors
    assert [each.get("heart_rate") for each in messages["record_mesgs"]] == [120, 130, None, 140]
    assert messages["session_mesgs"][0]["sport"] == "cycling"
    assert messages["session_mesgs"][0]["start_time"].timestamp() == START
    assert set(messages) == {
        f"{name}_mesgs" for name in ("file_id", "event", "record", "lap", "session", "activity")
    }


def test_fitparse_and_fitdecode_accept_what_is_encoded():
    data = encode_activity(START, RIDE)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # both use what newer Pythons deprecate
        parsed = [
            each.get_value("power") for each in fitparse.FitFile(io.BytesIO(data)).get_messages("record")
        ]
        with fitdecode.FitReader(io.BytesIO(data)) as frames:
            decoded = [
                frame.get_value("power", fallback=None)
                for frame in frames
                if isinstance(frame, fitdecode.FitDataMessage) and frame.name == "record"
            ]

    assert parsed == decoded == [200, None, 220, 230]


def test_none_is_written_as_the_invalid_value_of_its_kind():
    fields = [
        FieldSpec(0, "sint16"),
        FieldSpec(1, "uint16", 2),
        FieldSpec(2, "string", 3),
        FieldSpec(3, "uint32z"),
    ]

    data = FitWriter().define(0, 20, fields).data(0, None, None, "ab", None).to_bytes()

    assert data[-2 - 14 : -2] == b"\0" + b"\xff\x7f" + b"\xff\xff\xff\xff" + b"ab\0" + b"\0\0\0\0"
