"""Guessing is slowed down at every vendor's door together: so many tries for an account, known or not, and so many
from one address.
"""

from fastapi import Request

from domain.secrets import fingerprint
from rest_compat.serving import limiter_of, store_of
from rest_compat.wire.limits import address_of
from rest_compat.wire.rates import Rate

QUARTER, HOUR = 900, 3600


async def admit_stranger(request: Request) -> None:
    """Somebody without a token: a minute's worth of requests for each address."""
    rate = Rate("address", store_of(request).settings.strange_requests_per_minute, 60)
    await limiter_of(request).admit(request.scope, f"stranger/{address_of(request.scope)}", rate)


async def admit_sign_in(request: Request, organization: object, username: str) -> None:
    """Whoever tries passwords from many addresses meets the account's own limit; names nobody has are counted too."""
    rate = Rate("account", store_of(request).settings.sign_ins_per_quarter_hour, QUARTER)
    await limiter_of(request).admit(request.scope, f"sign-in/{_account(organization, username)}", rate)


async def admit_mail(request: Request, organization: object, username: str) -> None:
    """Nobody's inbox is filled by asking again and again, nor by registering others with its address."""
    rate = Rate("mail", store_of(request).settings.mails_per_hour, HOUR)
    await limiter_of(request).admit(request.scope, f"mail/{_account(organization, username)}", rate)


def _account(organization: object, username: str) -> str:
    """No name of anybody in a shared memory."""
    return fingerprint(f"{organization} {username.strip().lower()}")
