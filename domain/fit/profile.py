"""The part of the FIT profile the gateway reads: base types, messages, fields with their scales."""

from typing import NamedTuple


class BaseType(NamedTuple):
    """How a value is stored; `invalid` is the number that means "missing" (NaN does for floats)."""

    format: str
    size: int
    invalid: int | None

    @property
    def is_text(self) -> bool:
        return self.format == "S"


# By the low five bits of the code: some writers forget the bit that marks types of several bytes.
BASE_TYPES = {
    0x00: BaseType("u1", 1, 0xFF),
    0x01: BaseType("i1", 1, 0x7F),
    0x02: BaseType("u1", 1, 0xFF),
    0x03: BaseType("i2", 2, 0x7FFF),
    0x04: BaseType("u2", 2, 0xFFFF),
    0x05: BaseType("i4", 4, 0x7FFFFFFF),
    0x06: BaseType("u4", 4, 0xFFFFFFFF),
    0x07: BaseType("S", 1, None),
    0x08: BaseType("f4", 4, None),
    0x09: BaseType("f8", 8, None),
    0x0A: BaseType("u1", 1, 0),
    0x0B: BaseType("u2", 2, 0),
    0x0C: BaseType("u4", 4, 0),
    0x0D: BaseType("u1", 1, 0xFF),
    0x0E: BaseType("i8", 8, 0x7FFFFFFFFFFFFFFF),
    0x0F: BaseType("u8", 8, 0xFFFFFFFFFFFFFFFF),
    0x10: BaseType("u8", 8, 0),
}

# Numbers of messages.
FILE_ID, SESSION, RECORD, ACTIVITY, HEART_RATE, FIELD_DESCRIPTION = 0, 18, 20, 34, 132, 206

# A field that many messages share.
TIMESTAMP = 253

# Fields of `record` that need more than a scale.
COMPRESSED_SPEED_DISTANCE = 8

_SEMICIRCLES_PER_DEGREE = 2**31 / 180


class RecordField(NamedTuple):
    number: int
    column: str
    scale: float = 1
    offset: float = 0


# Where two fields fill one column the later is preferred: enhanced values come after the plain ones.
RECORD_FIELDS = (
    RecordField(0, "latitude", _SEMICIRCLES_PER_DEGREE),
    RecordField(1, "longitude", _SEMICIRCLES_PER_DEGREE),
    RecordField(2, "altitude", 5, 500),
    RecordField(78, "altitude", 5, 500),
    RecordField(3, "heart_rate"),
    RecordField(4, "cadence"),
    RecordField(5, "distance", 100),
    RecordField(6, "speed", 1000),
    RecordField(73, "speed", 1000),
    RecordField(7, "power"),
    RecordField(13, "temperature"),
    RecordField(9, "grade", 100),
    RecordField(99, "respiration_rate"),
    RecordField(108, "respiration_rate", 100),
    RecordField(39, "vertical_oscillation", 10),
    RecordField(41, "stance_time", 10),
    RecordField(85, "step_length", 10),
    RecordField(139, "core_temperature", 100),
)
# The steps in which a column is written, so many a unit: 1000 for a speed in millimetres per second.
STEPS = {field.column: field.scale for field in RECORD_FIELDS}


class SessionField(NamedTuple):
    number: int
    name: str
    scale: float = 1
    is_whole: bool = False


SESSION_FIELDS = (
    SessionField(7, "elapsed_s", 1000),
    SessionField(8, "timer_s", 1000),
    SessionField(9, "distance_m", 100),
    SessionField(11, "calories_kcal", is_whole=True),
    SessionField(14, "avg_speed_mps", 1000),
    SessionField(124, "avg_speed_mps", 1000),
    SessionField(15, "max_speed_mps", 1000),
    SessionField(125, "max_speed_mps", 1000),
    SessionField(16, "avg_heart_rate_bpm", is_whole=True),
    SessionField(17, "max_heart_rate_bpm", is_whole=True),
    SessionField(18, "avg_cadence_rpm", is_whole=True),
    SessionField(19, "max_cadence_rpm", is_whole=True),
    SessionField(20, "avg_power_w", is_whole=True),
    SessionField(21, "max_power_w", is_whole=True),
    SessionField(34, "normalized_power_w", is_whole=True),
    SessionField(22, "ascent_m", is_whole=True),
    SessionField(23, "descent_m", is_whole=True),
    SessionField(35, "training_stress_score", 10),
    SessionField(36, "intensity_factor", 1000),
)
