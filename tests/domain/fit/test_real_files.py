import io
import warnings

import fitdecode
import fitparse
import garmin_fit_sdk
import numpy as np
import pytest

from domain.fit import NO_TIME, FitError, FitErrorCode, read, verify
from tests.domain.fit import real_files

# Newer than the names the truth was written with.
NAMED_SINCE = {"37": "stand_up_paddleboarding"}

CODES = {
    "dtcooper__activity-activity-filecrc.fit": FitErrorCode.BAD_CRC,
    "dtcooper__activity-filecrc.fit": FitErrorCode.BAD_CRC,
    "dtcooper__activity-settings-corruptheader.fit": FitErrorCode.MALFORMED,
    "dtcooper__activity-settings-nodata.fit": FitErrorCode.TRUNCATED,
    "dtcooper__activity-unexpected-eof.fit": FitErrorCode.TRUNCATED,
    "dtcooper__nick.fit": FitErrorCode.BAD_CRC,
    "dtcooper__strava-android-app-201.10-b1218918.fit": FitErrorCode.TRUNCATED,
}


def measured(records, name):
    column = records.columns.get(name, np.empty(0))
    return column[~np.isnan(column)]


@pytest.mark.parametrize("name", real_files.names(broken=False))
class TestARealFile:
    def test_has_the_records_the_official_sdk_reads(self, name):
        records = read(real_files.content(name)).records
        truth = real_files.expected()[name]

        heart_rate, power = measured(records, "heart_rate"), measured(records, "power")

        assert len(records) == truth["records"]
        assert (len(heart_rate), heart_rate.sum()) == (
            truth["heart_rate"]["count"],
            truth["heart_rate"]["sum"],
        )
        assert heart_rate.max(initial=0) == (truth["heart_rate"]["max"] or 0)
        assert (len(power), power.sum()) == (truth["power"]["count"], truth["power"]["sum"])

    def test_begins_and_ends_when_the_official_sdk_says(self, name):
        file = read(real_files.content(name))
        truth = real_files.expected()[name]

        times = file.records.time[file.records.time != NO_TIME].tolist()

        assert min(times, default=None) == truth["first_timestamp"]
        assert max(times, default=None) == truth["last_timestamp"]
        assert file.relative_time is truth["relative_time"]

    def test_has_the_sessions_the_official_sdk_reads(self, name):
        sessions = read(real_files.content(name)).sessions
        truth = real_files.expected()[name]

        found = [
            {
                "avg_heart_rate": each.avg_heart_rate_bpm,
                "avg_power": each.avg_power_w,
                "max_heart_rate": each.max_heart_rate_bpm,
                "start_time": each.started_at,
                "total_ascent": each.ascent_m,
                "total_calories": each.calories_kcal,
                "total_distance": each.distance_m,
                "total_elapsed_time": each.elapsed_s,
                "total_timer_time": each.timer_s,
            }
            for each in sessions
        ]

        wanted = [
            {key: value for key, value in each.items() if key != "timestamp"} for each in truth["sessions"]
        ]
        assert found == wanted

    def test_has_its_sports_and_its_type(self, name):
        file = read(real_files.content(name))
        truth = real_files.expected()[name]

        sports = {each.sport for each in file.sessions if each.sport}

        named = (truth["sports"] or "").replace("None", "").split("+")
        assert sports == {NAMED_SINCE.get(sport, sport) for sport in named if sport}
        assert "+".join(file.file_types) == (truth["file_type"] or "").replace("None", "")

    def test_is_verified_and_read_without_the_fallback(self, name):
        data = real_files.content(name)

        verify(data)

        assert read(data).reader == "vectorised"


@pytest.mark.parametrize("name", real_files.names(broken=True))
def test_a_broken_file_is_refused_with_a_fitting_code_and_a_sentence(name):
    data = real_files.content(name)

    with pytest.raises(FitError) as refused:
        read(data)

    assert refused.value.code is CODES[name]
    assert refused.value.message.endswith(".")
    with pytest.raises(FitError):
        verify(data)


def small_names(most=60_000):
    """The official SDK reads a third of a megabyte a second, fitdecode a fifth: they check what is small."""
    names = real_files.names(broken=False)
    return [name for name in names if not real_files.expected() or len(real_files.content(name)) <= most]


def read_by_the_sdk(data):
    """None for compressed timestamps, which it does not know."""
    messages, errors = garmin_fit_sdk.Decoder(garmin_fit_sdk.Stream.from_byte_array(bytearray(data))).read()
    if any("Compressed timestamp" in str(error) for error in errors):
        return None
    assert not errors
    return messages.get("record_mesgs", [])


def read_by_fitdecode(data):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        with fitdecode.FitReader(io.BytesIO(data)) as frames:
            found = [f for f in frames if isinstance(f, fitdecode.FitDataMessage) and f.name == "record"]
    return [{field.name: field.value for field in message.fields} for message in found]


# fitdecode does not merge the heart rate that a strap sent after the swim.
CROSS_CHECKED = {
    read_by_the_sdk: ("heart_rate", "power", "cadence", "distance", "temperature"),
    read_by_fitdecode: ("power", "cadence", "distance", "temperature"),
}


@pytest.mark.parametrize("name", small_names())
def test_the_official_sdk_and_fitdecode_read_the_same_columns(name):
    data = real_files.content(name)
    records = read(data).records

    for reader, columns in CROSS_CHECKED.items():
        theirs = reader(data)
        if theirs is None:
            continue
        assert len(theirs) == len(records)
        for column in columns:
            wanted = np.array([row.get(column) for row in theirs], np.float64)
            found = records.columns.get(column, np.full(len(records), np.nan))
            np.testing.assert_allclose(found, wanted, rtol=1e-9, err_msg=f"{reader.__name__} {column}")


def read_by_fitparse(data):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # fitparse uses what newer Pythons deprecate
        messages = list(fitparse.FitFile(io.BytesIO(data)).get_messages("record"))
    return [message.get_values() for message in messages]


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("dtcooper__2013-02-06-12-11-14.fit", {"heart_rate": "heart_rate", "distance": "distance"}),
        ("dtcooper__compressed-speed-distance.fit", {"heart_rate": "heart_rate", "speed": "speed"}),
        ("muktihari__activity_multisport.fit", {"altitude": "enhanced_altitude", "speed": "enhanced_speed"}),
        ("tormoder__0134902991.fit", {"power": "power", "cadence": "cadence", "temperature": "temperature"}),
        ("tormoder__unterminated-strings.fit", {"power": "power", "speed": "enhanced_speed"}),
        ("dtcooper__garmin-fenix-5-run.fit", {"heart_rate": "heart_rate", "cadence": "cadence"}),
        ("stadelmanma__hrv-activity.fit", {"power": "power", "altitude": "enhanced_altitude"}),
    ],
)
def test_columns_hold_what_fitparse_reads(name, columns):
    data = real_files.content(name)
    records = read(data).records

    theirs = read_by_fitparse(data)

    for ours, their_name in columns.items():
        wanted = np.array([row.get(their_name) for row in theirs], np.float64)
        found = records.columns.get(ours, np.full(len(records), np.nan))
        np.testing.assert_allclose(found, wanted, rtol=1e-9, err_msg=ours)


def test_positions_are_degrees():
    data = real_files.content("dtcooper__2013-02-06-12-11-14.fit")
    records = read(data).records

    theirs = [row.get("position_lat") for row in read_by_fitparse(data)]

    wanted = np.array(theirs, np.float64) * 180 / 2**31
    np.testing.assert_allclose(records.columns["latitude"], wanted, rtol=1e-9)
