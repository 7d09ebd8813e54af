"""A small world for tests: two organizations, three users, their accounts, a partner."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from domain.biometrics import Biometric
from domain.identity import credentials, passwords
from domain.identity.access_tokens import AccessToken, new_token
from domain.identity.accounts import Account, AccountType
from domain.identity.partner_users import PartnerUser
from domain.identity.partners import Partner, new_key
from domain.organizations import PAI_HEALTH, OAuthClient, Organization
from domain.secrets import fingerprint
from domain.store import Store
from domain.users import User
from domain.viewer import Viewer
from workers.drain import drain

PASSWORD = "correct horse battery staple"
CHEAP = 4
LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass
class World:
    """Ids and credentials; `ann` and `joe` are in the first organization, `eve` in the other."""

    store: Store
    organization: UUID = PAI_HEALTH
    other_organization: UUID = field(default_factory=uuid4)
    client_id: UUID = field(default_factory=uuid4)
    other_client_id: UUID = field(default_factory=uuid4)
    ann: UUID = field(default_factory=uuid4)
    joe: UUID = field(default_factory=uuid4)
    eve: UUID = field(default_factory=uuid4)
    partner_id: str = "acme"
    partner_key: str = field(default_factory=new_key)
    tokens: dict[str, str] = field(default_factory=dict)
    """GraphQL tokens by username: admin, other-admin, joe."""

    @staticmethod
    async def made(store: Store) -> "World":
        world = World(store)
        stamps: dict[str, Any] = {"created_at": LONG_AGO, "modified_at": LONG_AGO}
        password_hash = await passwords.hashed(PASSWORD, cost=CHEAP)
        async with store.writing() as unit:
            for organization, name, client_id in (
                (world.organization, "First", world.client_id),
                (world.other_organization, "Other", world.other_client_id),
            ):
                await unit.add(Organization(id=organization, name=name, **stamps))
                await unit.add(
                    OAuthClient(id=client_id, organization_id=organization, name="app", created_at=LONG_AGO)
                )
            for user_id, organization, first, last, country, zone in (
                (world.ann, world.organization, "Ann", "Li", "NO", "Europe/Oslo"),
                (world.joe, world.organization, "Joe", "Abo", "CA", "America/Vancouver"),
                (world.eve, world.other_organization, "Eve", "Ek", "CA", "UTC"),
            ):
                user = User(
                    id=user_id,
                    organization_id=organization,
                    first_name=first,
                    last_name=last,
                    country=country,
                    time_zone=zone,
                    date_of_birth=date(1985, 2, 1),
                    **stamps,
                )
                await unit.add(user)
                await unit.add(
                    Biometric(
                        organization_id=organization,
                        user_id=user_id,
                        date=date(2024, 1, 1),
                        max_heart_rate_bpm=186,
                        resting_heart_rate_bpm=58,
                        **stamps,
                    )
                )
            for username, details in {
                "admin": {"organization_id": world.organization, "account_type": AccountType.ADMINISTRATOR},
                "other-admin": {
                    "organization_id": world.other_organization,
                    "account_type": AccountType.ADMINISTRATOR,
                },
                "joe": {"organization_id": world.organization, "user_id": world.joe},
            }.items():
                account = Account(username=username, password_hash=password_hash, **details, **stamps)
                await unit.add(account)
                world.tokens[username] = new_token()
                await unit.add(
                    AccessToken(
                        account_id=account.id,
                        name="test",
                        token_hash=fingerprint(world.tokens[username]),
                        created_at=LONG_AGO,
                    )
                )
            partner = Partner(
                partner_id=world.partner_id,
                organization_id=world.organization,
                name="Acme",
                auth_key_hash=fingerprint(world.partner_key),
                **stamps,
            )
            await unit.add(partner)
            await unit.add(
                PartnerUser(partner_id=partner.id, external_id="1234", user_id=world.joe, created_at=LONG_AGO)
            )
        return world

    @property
    def partner_headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.partner_key}", "Partner-Id": self.partner_id}

    async def partner_viewer(self) -> Viewer:
        """The partner, as its key makes it known."""
        async with self.store.reading() as unit:
            return await credentials.partner_viewer(unit, self.partner_id, self.partner_key)

    def bearer(self, username: str) -> dict[str, str]:
        """Headers for GraphQL as one of the accounts."""
        return {"Authorization": f"Bearer {self.tokens[username]}"}

    async def pai_headers(self, client: Any, username: str = "admin") -> dict[str, str]:
        """Headers for the PAI API: signs in through the token endpoint."""
        other = username.startswith("other-") or username == "eve"
        form = {
            "grant_type": "password",
            "organization_id": str(self.other_organization if other else self.organization),
            "client_id": str(self.other_client_id if other else self.client_id),
            "username": username,
            "password": PASSWORD,
        }
        answer = await client.post("/api/v2/auth/oauth", data=form)
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}

    async def work(self) -> None:
        """Do every job that is due."""
        await drain(self.store, lambda *_: None)
