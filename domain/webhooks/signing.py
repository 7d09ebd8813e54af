"""Standard Webhooks: secrets, kept sealed since they have to sign again, and the headers of a signed message."""

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken
from standardwebhooks.webhooks import Webhook as Signer

from domain.secrets import derived

PREFIX = "whsec_"
SECRET_BYTES = 32


class UnreadableSecretError(Exception):
    """A secret was sealed under another deployment secret than today's."""


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def sealed(deployment_secret: bytes, secret: str) -> str:
    """Encrypted: what is stored is of no use without the deployment's secret."""
    return _safe(deployment_secret).encrypt(secret.encode()).decode()


def unsealed(deployment_secret: bytes, stored: str) -> str:
    try:
        return _safe(deployment_secret).decrypt(stored.encode()).decode()
    except InvalidToken:
        raise UnreadableSecretError from None


def signed_headers(message_id: str, body: str, valid_secrets: Sequence[str], at: datetime) -> dict[str, str]:
    """A signature for each secret that is valid now; a receiver takes any it knows."""
    signatures = [Signer(secret).sign(message_id, at, body) for secret in valid_secrets]
    return {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _safe(deployment_secret: bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(derived(deployment_secret, "webhook secrets")))
