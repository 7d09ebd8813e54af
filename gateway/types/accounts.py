"""Accounts: who may sign in."""

from datetime import datetime
from enum import Enum

import strawberry

from domain.identity import administration
from domain.listing import Order
from gateway.types.many import Many
from gateway.types.nodes import Node, field, node
from gateway.types.relations import one


@strawberry.enum(description="What an account may be used for.")
class AccountType(Enum):
    REGULAR = strawberry.enum_value("Regular", description="A user's own data.")
    ADMINISTRATOR = strawberry.enum_value("Administrator", description="All of the organization's data.")
    SYSTEM = strawberry.enum_value("System", description="An operator's; it administers GOFA's every client.")


@strawberry.enum(description="Whether an account can be signed in to.")
class AccountStatus(Enum):
    PENDING = strawberry.enum_value("Pending", description="Not before its e-mail address is confirmed.")
    ACTIVE = strawberry.enum_value("Active", description="It can.")
    DISABLED = strawberry.enum_value("Disabled", description="It cannot, and its tokens open nothing.")


@node(administration.ACCOUNTS, "Who may sign in to an organization. No password is ever shown.")
class Account(Node):
    organization = one("organizations.Organization", "organization_id", "Whom it signs in to.")
    username: str = field("What one signs in with, in lower case; unique in the organization.")
    email: str | None = field("Where its mail goes.")
    email_confirmed: bool = field("Whether mail to that address was answered.")
    phone_number: str | None = field("As it was entered.")
    account_type: AccountType = field("What it may be used for.")
    account_status: AccountStatus = field("Whether it can be signed in to.")
    user = one("users.User", "user_id", "Whose account it is; null if it is no user's.")
    locale: str | None = field("Language tag, such as en-CA; what its mail is written in.")
    created_at: datetime = field("When it was made.")
    modified_at: datetime = field("When it last changed.")


ACCOUNTS = Many(
    Account,
    order=(Order("username"),),
    filters=(
        "username", "email", "email_confirmed", "account_type", "account_status", "user", "created_at",
        "modified_at",
    ),
    orders=("username", "email", "created_at", "modified_at"),
)  # fmt: skip


@strawberry.type
class AccountQuery:
    accounts = ACCOUNTS.root("To administrators their organization's accounts, to others their own, by name.")
