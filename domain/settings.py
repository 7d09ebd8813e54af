"""Everything an operator can set, from `GATEWAY_*` variables, read once."""

from datetime import timedelta
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from domain.durations import Duration

MEBIBYTE = 1024 * 1024
FIREBASE_KEYS = "https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com"
BROKERS = {"memory", "redis", "rediss", "amqp", "amqps"}
MAIL_SERVERS = {"smtp", "smtps"}
REDIS = {"redis", "rediss"}
DATABASES = "takes sqlite:///FILE or postgresql://USER:PASSWORD@HOST:PORT/DATABASE"
DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="GATEWAY_", frozen=True, extra="ignore")

    data_dir: Path = Path(".data")
    database_url: str = Field(default="", description="empty: one SQLite file in the data directory")
    database_patience: Duration = Field(
        default=timedelta(seconds=5),
        description="how long a unit waits for SQLite's lock or a free connection; well below job_lease",
    )
    broker_url: str = "memory://"
    redis_url: str = Field(default="", description="shares limits; empty: the broker's Redis, if it is one")
    queue_prefix: str = "gateway"
    public_url: str = "http://127.0.0.1:8000"
    env: Literal["live", "test"] = "test"
    secret_key: SecretStr | None = Field(
        default=None, description="signs tokens; without it a key file is kept in the data directory"
    )
    demo: bool = Field(default=False, description="the explorer offers the demo's principals to everybody")
    log_format: Literal["auto", "console", "json"] = "auto"
    metrics_token: SecretStr | None = Field(
        default=None, description="who may read /metrics; without it this host alone, and nobody when live"
    )

    region: str = Field(default="na1", description="the region of PAI's Global API that this gateway holds")
    smtp_url: SecretStr | None = Field(
        default=None, description="smtp:// or smtps://; without it mail goes into the data directory"
    )
    mail_from: str = "Fitness Gateway <no-reply@localhost>"
    account_page: str = Field(
        default="",
        description="a frontend's page; mails link to it with #confirmation=TOKEN, #passwordreset=TOKEN or"
        " #programinvitation=TOKEN",
    )
    invitation_life: Duration = Field(
        default=timedelta(days=14), description="how long an invitation to a program can be accepted"
    )
    export_life: Duration = Field(default=timedelta(days=7), description="how long an export is kept")

    allow_private_callbacks: bool = Field(
        default=False, description="development only: callback URLs may reach loopback and plain http"
    )
    fetch_timeout: Duration = timedelta(seconds=60)

    max_fit_bytes: int = 16 * MEBIBYTE
    max_days_per_file: int = 62
    max_ping_bytes: int = 32 * MEBIBYTE
    max_ping_files: int = 50
    waiting_file_life: Duration = timedelta(days=30)

    webhook_timeout: Duration = timedelta(seconds=15)
    webhook_retries: tuple[Duration, ...] = Field(
        default=tuple(timedelta(seconds=s) for s in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 57_600)),
        description="the pauses between attempts at a delivery: two days in all",
    )
    webhook_disabled_after: Duration = timedelta(days=5)
    webhook_history: Duration = timedelta(days=10)
    max_webhooks: int = 20

    key_requests_per_minute: int = Field(default=60, ge=1)
    key_requests_per_day: int = Field(default=10_000, ge=1)
    sign_ins_per_quarter_hour: int = Field(
        default=30, description="of one account from one address, successful or not"
    )
    strange_sign_ins_per_hour: int = Field(
        default=300, description="of one account from all addresses together where it was not lately"
    )
    mails_per_hour: int = Field(default=5, description="that strangers may ask for to one PAI account")
    organization_requests_per_minute: int = Field(
        default=6000, ge=1, description="of all accounts of one organization together, in PAI's APIs"
    )
    strange_requests_per_minute: int = Field(
        default=60,
        ge=1,
        description="of one address with keys not proven yet, with bad tokens, or signing in",
    )

    access_token_life: Duration = timedelta(hours=1)
    refresh_token_life: Duration = timedelta(days=30)

    firebase_project: str = Field(
        default="", description="a Firebase project whose users may sign in; our own issuer always serves"
    )
    firebase_keys_url: str = FIREBASE_KEYS
    firebase_emulator: bool = Field(
        default=False, description="development only: unsigned tokens of the Firebase emulator are taken"
    )
    id_token_key: SecretStr | None = Field(
        default=None,
        description="PEM of the RSA key that signs our own ID tokens; else a file in the data directory",
    )
    id_token_life: Duration = timedelta(hours=1)
    custom_token_life: Duration = timedelta(minutes=5)
    routine_defer_limit: int = Field(default=3, ge=0)

    cost_budget: int = Field(
        default=2_000_000,
        ge=1,
        description="points that one viewer's GraphQL may cost in a window, all at once",
    )
    cost_window: Duration = Field(
        default=timedelta(minutes=1), description="in which a budget fills up again"
    )
    cost_mode: Literal["enforce", "measure"] = Field(
        default="enforce", description="measure: who is over budget is logged and served all the same"
    )
    deadline: Duration = Field(
        default=timedelta(seconds=10), description="of one GraphQL operation; its statements end with it"
    )
    max_answer_bytes: int = Field(default=16 * MEBIBYTE, description="of one GraphQL answer, uncompressed")
    introspection: bool = True
    explorer: bool = Field(default=True, description="a browser that opens /graphql gets the explorer's page")
    federation: bool = Field(
        default=False, description="GraphQL serves as a subgraph, too: _service and _entities"
    )
    persisted_queries: bool = Field(default=True, description="clients may register documents by their hash")
    trusted_documents: Path | None = Field(
        default=None, description="a manifest of documents that clients name by their id, Apollo's or Relay's"
    )
    trusted_documents_only: bool = Field(default=False, description="nothing but those is executed")

    embedded_worker: bool = True
    worker_threads: int = 4
    job_lease: Duration = timedelta(seconds=15)
    job_history: Duration = timedelta(days=30)
    calculation_history: Duration = Field(
        default=timedelta(days=90),
        description="how long a PAI calculation is kept when a later one of its day has taken its place",
    )
    sweep_interval: Duration = timedelta(seconds=1)
    shutdown_grace: Duration = timedelta(seconds=10)

    @field_validator("database_url")
    @classmethod
    def is_a_known_database(cls, value: str) -> str:
        if value and value.partition("://")[0] not in {*DRIVERS, *DRIVERS.values()}:
            raise ValueError(DATABASES)
        try:
            make_url(value or "sqlite://")
        except (ArgumentError, ValueError):
            raise ValueError(DATABASES) from None  # what it could not read may be the password
        return value

    @field_validator("broker_url")
    @classmethod
    def is_a_known_broker(cls, value: str) -> str:
        if value.partition("://")[0] not in BROKERS:
            raise ValueError("takes memory://, redis://HOST or amqp://HOST")
        return value

    @field_validator("smtp_url")
    @classmethod
    def is_a_mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        if value and value.get_secret_value().partition("://")[0] not in MAIL_SERVERS:
            raise ValueError("takes smtp://USER:PASSWORD@HOST or smtps://USER:PASSWORD@HOST")
        return value

    @field_validator("redis_url")
    @classmethod
    def is_redis(cls, value: str) -> str:
        if value and value.partition("://")[0] not in REDIS:
            raise ValueError("takes redis://HOST")
        return value

    @model_validator(mode="after")
    def trusts_something(self) -> Self:
        if self.trusted_documents_only and self.trusted_documents is None:
            raise ValueError(
                "GATEWAY_TRUSTED_DOCUMENTS: name a manifest, as GATEWAY_TRUSTED_DOCUMENTS_ONLY allows nothing else"
            )
        return self

    @property
    def limits_url(self) -> str:
        """Where requests are counted: in Redis for all processes, or empty, in each process."""
        broker_is_redis = self.broker_url.partition("://")[0] in REDIS
        return self.redis_url or (self.broker_url if broker_is_redis else "")

    @property
    def database(self) -> str:
        """The SQLAlchemy URL, with the asynchronous driver put in."""
        if not self.database_url:
            return f"sqlite+aiosqlite:///{self.data_dir / 'gateway.db'}"
        scheme, separator, rest = self.database_url.partition("://")
        return DRIVERS.get(scheme, scheme) + separator + rest
