"""The demo's credentials: the same each time in one deployment, and no other deployment's."""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from domain.identity import signing
from domain.identity.access_tokens import PREFIX
from domain.organizations import PAI_HEALTH
from domain.secrets import deployment_secret, derived
from domain.settings import Settings
from gateway.explorer import Principal

NAMESPACE = UUID("3f0c1f2e-8f0a-4a57-9d8e-2f6f3d0f7f11")
PARTNER_ID = "demo-partner"
PARTNER_USER = "1234"
ADMINISTRATOR, OTHER_ADMINISTRATOR = "admin@demo.example", "admin@other.example"
PROGRAM_ADMINISTRATOR = "coach@demo.example"


def demo_id(*words: object) -> UUID:
    return uuid5(NAMESPACE, " ".join(str(word) for word in words))


CLIENT_ID = demo_id("client")
GOFA_CLIENT, OTHER_GOFA_CLIENT = "gofa", "harbour"
OTHER_ORGANIZATION = demo_id("organization", "other")
PROGRAM_ID = demo_id("program")


@dataclass(frozen=True)
class DemoCredentials:
    """Derived from the deployment's secret, so that printing them needs no database."""

    secret: bytes
    env: str

    @staticmethod
    def of(settings: Settings) -> "DemoCredentials":
        return DemoCredentials(deployment_secret(settings), settings.env)

    def word(self, purpose: str, length: int = 43) -> str:
        return base64.urlsafe_b64encode(derived(self.secret, f"demo {purpose}")).decode()[:length]

    def password(self, username: str) -> str:
        return self.word(f"password {username}", 16)

    def access_token(self, username: str) -> str:
        return PREFIX + self.word(f"token {username}")

    def api_key(self, name: str) -> str:
        lookup = derived(self.secret, f"demo lookup {name}").hex()[:12]
        return f"sr_{self.env}_{lookup}_{self.word(f'key {name}')}"

    @property
    def partner_key(self) -> str:
        return self.word("partner key")

    def as_json(self, user: str, user_id: UUID) -> dict[str, Any]:
        """What `gateway demo --json` prints (design, section 6)."""
        return {
            "graphql": {
                "url": "/graphql",
                "admin_token": self.access_token(ADMINISTRATOR),
                "user_token": self.access_token(user),
            },
            "pai": {
                "organization_id": str(PAI_HEALTH),
                "client_id": str(CLIENT_ID),
                "admin": {"username": ADMINISTRATOR, "password": self.password(ADMINISTRATOR)},
                "user": {"username": user, "password": self.password(user), "user_id": str(user_id)},
                "program": {
                    "id": str(PROGRAM_ID),
                    "username": PROGRAM_ADMINISTRATOR,
                    "password": self.password(PROGRAM_ADMINISTRATOR),
                },
            },
            "smartrunning": {"key": self.api_key("one"), "other_key": self.api_key("two")},
            "aiendurance": {
                "partner_id": PARTNER_ID,
                "auth_key": self.partner_key,
                "user_id": PARTNER_USER,
            },
        }

    def gofa(self, settings: Settings, user: str, user_id: UUID, today: datetime) -> dict[str, str]:
        """ID tokens of our own issuer: the same all day (UTC), and good until tomorrow is over."""
        day = today.replace(hour=0, minute=0, second=0, microsecond=0)

        def token(uid: UUID, email: str) -> str:
            return signing.id_token(settings, uid, day, timedelta(days=2), email=email, email_verified=True)

        return {
            "client_id": GOFA_CLIENT,
            "user_token": token(user_id, user),
            "admin_token": token(demo_id("account", ADMINISTRATOR), ADMINISTRATOR),
            "other_client_id": OTHER_GOFA_CLIENT,
            "other_admin_token": token(demo_id("account", OTHER_ADMINISTRATOR), OTHER_ADMINISTRATOR),
        }

    def principals(self, user: str) -> list[Principal]:
        return [
            Principal(
                "Administrator", "sees everybody in the demo organization", self.access_token(ADMINISTRATOR)
            ),
            Principal("User", "sees their own data only", self.access_token(user)),
            Principal(
                "Program administrator",
                "sees who takes part in the demo's program",
                self.access_token(PROGRAM_ADMINISTRATOR),
            ),
            Principal("Partner", "sees the users it is linked to", self.partner_key, PARTNER_ID),
            Principal(
                "SmartRunning partner", "sees the public workouts and training plans", self.api_key("one")
            ),
        ]
