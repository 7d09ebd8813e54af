"""The deployment's one secret, and keys derived from it so that no key serves two purposes."""

import hashlib
import hmac
import os
import secrets
import tempfile
from pathlib import Path

from domain.settings import Settings

KEY_FILE = "secret.key"
KEY_BYTES = 32


def deployment_secret(settings: Settings) -> bytes:
    """`GATEWAY_SECRET_KEY`, or a random key kept in the data directory, readable by its owner only."""
    if settings.secret_key:
        return settings.secret_key.get_secret_value().encode()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    path = settings.data_dir / KEY_FILE
    if not path.exists():
        keep_first(path, secrets.token_bytes(KEY_BYTES))
    return path.read_bytes()


def derived(secret: bytes, purpose: str) -> bytes:
    """A 32-byte key for one purpose."""
    return hmac.digest(secret, purpose.encode(), "sha256")


def fingerprint(value: str) -> str:
    """What is stored of a random, high-entropy credential: its SHA-256."""
    return hashlib.sha256(value.encode(errors="surrogatepass")).hexdigest()


def keep_first(path: Path, key: bytes) -> None:
    """Written whole under another name first: two processes that start together agree on one key."""
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink()
