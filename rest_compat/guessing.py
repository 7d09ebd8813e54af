"""Guessing is slowed down at every vendor's door together: so many tries for an account, known or not, and so many
from one address.

Nobody is locked out by others: tries count for an account and an address together, 30 in a quarter of an hour. Only
where an account has not proven lately who it is, all tries from such addresses count together as well, 300 in an hour:
so much is guessed at most, by however many. It takes three networks to keep an owner from signing in at a new place,
who can still refresh a token, go where they were before, or set a new password by mail.
"""

from fastapi import Request

from domain.identity import known_addresses
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
    """Whoever tries passwords from many addresses meets the account's own limit; names nobody has are counted too.

    An answer does not tell whether an account was at its address before, and so is one.
    """
    store, limiter = store_of(request), limiter_of(request)
    account, whence = _account(organization, username), address_of(request.scope)
    here = Rate("account", store.settings.sign_ins_per_quarter_hour, QUARTER)
    await limiter.admit(request.scope, f"sign-in/{account}/{whence}", here)
    async with store.reading() as unit:
        known = await known_addresses.is_known(unit, organization, username, whence)
    if not known:
        everywhere = Rate("account", store.settings.strange_sign_ins_per_hour, HOUR)
        await limiter.admit(request.scope, f"strange-sign-in/{account}", everywhere, silent=True)


async def admit_mail(request: Request, organization: object, username: str) -> None:
    """Nobody's inbox is filled by asking again and again, nor by registering others with its address."""
    rate = Rate("mail", store_of(request).settings.mails_per_hour, HOUR)
    await limiter_of(request).admit(request.scope, f"mail/{_account(organization, username)}", rate)


def _account(organization: object, username: str) -> str:
    """No name of anybody in a shared memory."""
    return fingerprint(f"{organization} {username.strip().lower()}")
