"""Passwords and key secrets at rest: bcrypt, always off the event loop, and as slow for nobody as for somebody."""

import asyncio
import base64
import hashlib

import bcrypt

COST = 12


async def hashed(password: str, *, cost: int | None = None) -> str:
    salt = bcrypt.gensalt(cost or COST)
    return (await asyncio.to_thread(bcrypt.hashpw, _digest(password), salt)).decode()


async def matches(password: str, stored: str | None) -> bool:
    """Whether the password belongs to the stored hash; None costs the same time and is always False."""
    return await asyncio.to_thread(compare, password, stored)


def compare(password: str, stored: str | None) -> bool:
    """The same for a thread of one's own."""
    same = bcrypt.checkpw(_digest(password), (stored or nobody()).encode())
    return same and stored is not None


def nobody() -> str:
    """A hash no password is known for; checked when there is no account, so that both take the same time."""
    return f"$2b${COST:02}$C6UzMDM.H6dfI/f/IKcEeO7aRkQnLBkFZbh9YVv3CWv3lVQ5tYd1u"


def _digest(password: str) -> bytes:
    """Bcrypt reads 72 bytes and no NUL: a SHA-256 in base64 carries any password whole."""
    return base64.b64encode(hashlib.sha256(password.encode(errors="surrogatepass")).digest())
