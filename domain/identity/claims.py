"""What a signed token says, once its signature, issuer, audience and time hold: one way for every family of tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import jwt

MAX_TOKEN = 4096
OUR_CLOCK: Any = {"verify_exp": False, "verify_iat": False, "verify_nbf": False}
BROKEN = (jwt.PyJWTError, ValueError, TypeError, AttributeError, RecursionError)
"""What reading a token that somebody made up can end in."""


class Untrusted(Exception):
    """A token that is not what it says, or not now."""


@dataclass(frozen=True)
class TokenKind:
    """What the tokens of a kind have in common; `required` are claims that none is without."""

    issuer: str
    audience: str
    algorithm: str
    required: Sequence[str]

    def timely(self, token: str, key: Any, now: datetime) -> dict[str, Any]:
        """The claims of a token of at most MAX_TOKEN characters that holds at this instant, or Untrusted."""
        if len(token) > MAX_TOKEN:
            raise Untrusted
        claims = self.signed(token, key)
        try:
            holds = max(claims["iat"], claims.get("nbf", 0)) <= now.timestamp() < claims["exp"]
        except TypeError:
            raise Untrusted from None
        if not holds:
            raise Untrusted
        return claims

    def signed(self, token: str, key: Any) -> dict[str, Any]:
        """The claims, whenever they hold, or Untrusted."""
        required = {"require": list(self.required), "strict_aud": True}
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[self.algorithm],
                audience=self.audience,
                issuer=self.issuer,
                options=required | OUR_CLOCK,
            )
        except BROKEN:
            raise Untrusted from None
        return claims
