"""Variables that look like settings and are none, which would be ignored in silence."""

from collections.abc import Iterable
from difflib import get_close_matches

from domain.settings import Settings

PREFIX = str(Settings.model_config["env_prefix"])
OTHERS = ("GATEWAY_TEST_", "GATEWAY_FIT_FILES")
"""What the tests are told by."""
CLOSE = 0.7
"""Of 1: COSTMODE is to COST_MODE, and DB_URL is not to REDIS_URL."""


def misspelled(variables: Iterable[str]) -> dict[str, str | None]:
    """By their names, the setting that each comes closest to, if it comes close to any."""
    settings = [name.upper() for name in Settings.model_fields]
    found: dict[str, str | None] = {}
    for variable in sorted(variables):
        prefix, name = variable.upper()[: len(PREFIX)], variable.upper()[len(PREFIX) :]
        if prefix == PREFIX and name not in settings and not variable.upper().startswith(OTHERS):
            close = get_close_matches(name, settings, n=1, cutoff=CLOSE)
            found[variable] = PREFIX + close[0] if close else None
    return found
