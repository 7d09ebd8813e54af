"""Short ways to write the FIT files of these tests."""

from domain.fit.clock import FIT_EPOCH
from domain.fit.encoder import FieldSpec, FitWriter
from domain.fit.profile import ACTIVITY, FIELD_DESCRIPTION, FILE_ID, HEART_RATE, RECORD, SESSION, TIMESTAMP

START = 1_700_000_000
T0 = START - FIT_EPOCH  # the same moment on FIT's clock

TIME = FieldSpec(TIMESTAMP, "uint32")
BPM = FieldSpec(3, "uint8")
POWER = FieldSpec(7, "uint16")
SPEED = FieldSpec(6, "uint16")
ENHANCED_SPEED = FieldSpec(73, "uint32")

__all__ = ["ACTIVITY", "FIELD_DESCRIPTION", "FILE_ID", "HEART_RATE", "RECORD", "SESSION", "TIMESTAMP"]


def records(*rows, fields=(TIME, BPM), **writer_options):
    writer = FitWriter(**writer_options).define(0, RECORD, fields)
    for row in rows:
        writer.data(0, *row)
    return writer


def with_session(writer, *, start, elapsed_s, sport=1, timestamp=None):
    fields = [
        TIME,
        FieldSpec(2, "uint32"),
        FieldSpec(5, "enum"),
        FieldSpec(6, "enum"),
        FieldSpec(7, "uint32"),
    ]
    writer.define(5, SESSION, fields)
    return writer.data(5, timestamp, start, sport, 0, None if elapsed_s is None else round(elapsed_s * 1000))
