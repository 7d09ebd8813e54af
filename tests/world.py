"""A small world for tests: two organizations, three users, their accounts, a partner."""

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func
from sqlmodel import SQLModel, col

from domain.biometrics import Biometric
from domain.identity import credentials, passwords
from domain.identity.access_tokens import AccessToken, new_token
from domain.identity.accounts import Account, AccountType
from domain.identity.partner_users import PartnerUser
from domain.identity.partners import Partner, new_key
from domain.organizations import PAI_HEALTH, OAuthClient, Organization
from domain.secrets import fingerprint
from domain.sql import select
from domain.store import Store
from domain.users import User
from domain.viewer import Viewer
from workers.drain import drain

PASSWORD = "correct horse battery staple"
CHEAP = 4
LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)
STAMPS: dict[str, Any] = {"created_at": LONG_AGO, "modified_at": LONG_AGO}


@dataclass
class World:
    """Ids and credentials; `ann` and `joe` are in the first organization, `eve` in the other."""

    store: Store = field(init=False)
    organization: UUID = PAI_HEALTH
    other_organization: UUID = field(default_factory=uuid4)
    client_id: UUID = field(default_factory=uuid4)
    other_client_id: UUID = field(default_factory=uuid4)
    ann: UUID = field(default_factory=uuid4)
    joe: UUID = field(default_factory=uuid4)
    eve: UUID = field(default_factory=uuid4)
    partner_id: str = "acme"
    partner_key: str = field(default_factory=new_key)
    tokens: dict[str, str] = field(
        default_factory=lambda: {name: new_token() for name in ("admin", "other-admin", "joe")}
    )
    """GraphQL tokens by username."""

    @staticmethod
    async def made(store: Store) -> "World":
        """A new one, written down."""
        world = World().at(store)
        await world.write()
        return world

    def at(self, store: Store) -> "World":
        """The same in another store."""
        placed = copy(self)
        placed.store, placed.tokens = store, dict(self.tokens)
        return placed

    async def is_written(self) -> bool:
        async with self.store.reading() as unit:
            return bool(await unit.value(select(func.count()).where(col(User.id) == self.joe)))

    async def write(self) -> None:
        password_hash = await passwords.hashed(PASSWORD, cost=CHEAP)
        async with self.store.writing() as unit:
            for row in self._rows(password_hash):
                await unit.add(row)

    def _rows(self, password_hash: str) -> Iterator[SQLModel]:
        for organization, name, client_id in (
            (self.organization, "First", self.client_id),
            (self.other_organization, "Other", self.other_client_id),
        ):
            yield Organization(id=organization, name=name, **STAMPS)
            yield OAuthClient(id=client_id, organization_id=organization, name="app", created_at=LONG_AGO)
        yield from self._people()
        yield from self._accounts(password_hash)
        partner = Partner(
            partner_id=self.partner_id,
            organization_id=self.organization,
            name="Acme",
            auth_key_hash=fingerprint(self.partner_key),
            **STAMPS,
        )
        yield partner
        yield PartnerUser(partner_id=partner.id, external_id="1234", user_id=self.joe, created_at=LONG_AGO)

    def _people(self) -> Iterator[SQLModel]:
        for user_id, organization, first, last, country, zone in (
            (self.ann, self.organization, "Ann", "Li", "NO", "Europe/Oslo"),
            (self.joe, self.organization, "Joe", "Abo", "CA", "America/Vancouver"),
            (self.eve, self.other_organization, "Eve", "Ek", "CA", "UTC"),
        ):
            yield User(
                id=user_id,
                organization_id=organization,
                first_name=first,
                last_name=last,
                country=country,
                time_zone=zone,
                date_of_birth=date(1985, 2, 1),
                **STAMPS,
            )
            yield Biometric(
                organization_id=organization,
                user_id=user_id,
                date=date(2024, 1, 1),
                max_heart_rate_bpm=186,
                resting_heart_rate_bpm=58,
                **STAMPS,
            )

    def _accounts(self, password_hash: str) -> Iterator[SQLModel]:
        administrator = {"account_type": AccountType.ADMINISTRATOR}
        for username, details in {
            "admin": {"organization_id": self.organization, **administrator},
            "other-admin": {"organization_id": self.other_organization, **administrator},
            "joe": {"organization_id": self.organization, "user_id": self.joe},
        }.items():
            account = Account(username=username, password_hash=password_hash, **details, **STAMPS)
            yield account
            yield AccessToken(
                account_id=account.id,
                name="test",
                token_hash=fingerprint(self.tokens[username]),
                created_at=LONG_AGO,
            )

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
