"""Reading FIT files: pure, strict and vectorised. Bytes in, a `FitFile` or a `FitError` out, nothing else.

`verify` refuses a broken file in well under a millisecond; `read` gives sessions and records, heart rate
from straps merged in. `domain.fit.encoder` writes FIT files for the demo and the tests.
"""

from domain.fit.clock import NO_TIME
from domain.fit.errors import FitError, FitErrorCode
from domain.fit.limits import Limits
from domain.fit.model import FitFile, Records, Session
from domain.fit.reader import read, verify

__all__ = ["NO_TIME", "FitError", "FitErrorCode", "FitFile", "Limits", "Records", "Session", "read", "verify"]
