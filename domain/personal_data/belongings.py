"""Which rows are a person's, in every table there is.

Most follow from the schema: what goes when a user goes, is the user's. The few that only mention somebody are named
here, and so is every table that holds nothing of anybody, with the reason.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, Table, cast, func, or_
from sqlmodel import col

from domain.fit_files import FitFile
from domain.identity.accounts import Account, AccountType
from domain.imports.tables import BulkImport, ImportEvent
from domain.jobs import JobRecord
from domain.listing.text import InLowerCase
from domain.mailing import Mail
from domain.programs.tables import ProgramInvitation
from domain.raw_files import RawFile
from domain.sql import select
from domain.tables import METADATA
from domain.unit import Unit
from domain.users import User
from domain.webhooks.tables import Delivery

Rule = Callable[["Person"], ColumnElement[bool]]

IMPERSONAL: Mapping[str, str] = {
    "api_keys": "a partner's, named for an integration",
    "catalog_entries": "what a client chose from the library",
    "clients": "organizations",
    "exercises": "a catalogue",
    "groups": "an organization's; who is in them are memberships",
    "oauth_clients": "applications",
    "organizations": "organizations",
    "partners": "companies; whom they know are partner_users",
    "programs": "an organization's; who is in them are memberships",
    "routine_templates": "a catalogue; its author's id is cleared",
    "spent_tokens": "hashes that point to nobody",
    "template_clocks": "counters",
    "template_withdrawals": "a catalogue",
    "training_plan_templates": "a catalogue",
    "webhooks": "receivers of an organization",
    "workout_templates": "a catalogue",
}
ARGUMENTS = {
    "user_id": "users",
    "account_id": "accounts",
    "fit_file_id": "fit_files",
    "bulk_import_id": "bulk_imports",
    "mail_id": "mails",
    "delivery_id": "webhook_deliveries",
    "export_id": "exports",
}
"""What a job may be about, by the name of its argument."""


@dataclass(frozen=True)
class Person:
    """A user, their accounts, and the addresses they were written to, in lower case."""

    user_id: UUID
    account_ids: tuple[UUID, ...]
    addresses: tuple[str, ...]


async def person_of(unit: Unit, user_id: UUID, *, leaving: bool = False) -> Person:
    """`leaving`: without an administrator's account, which is the organization's and only loses its user."""
    columns = (Account.id, Account.email, Account.account_type)
    accounts = await unit.rows(select(*columns).where(col(Account.user_id) == user_id))
    own = await unit.value(select(User.email).where(col(User.id) == user_id))
    addresses = {own, *(account.email for account in accounts)} - {None}
    theirs = [one.id for one in accounts if not leaving or one.account_type == AccountType.REGULAR]
    return Person(user_id, tuple(theirs), tuple(sorted(str(address).lower() for address in addresses)))


def is_personal(table: Table) -> bool:
    return table.name in MENTIONS or bool(_owners(table))


def belonging_to(person: Person, table: Table) -> ColumnElement[bool]:
    """The person's rows of a table."""
    rules: list[ColumnElement[bool]] = []
    if table.name == "users":
        rules.append(table.c.id == person.user_id)
    elif table.name == "accounts":
        rules.append(table.c.id.in_(person.account_ids))
    else:
        for column, parent in _owners(table):
            theirs = select(parent.c.id).where(belonging_to(person, parent))
            rules.append(column.in_(theirs))
    if table.name in MENTIONS:
        rules.append(MENTIONS[table.name](person))
    return or_(*rules)


@cache
def _owners(table: Table) -> tuple[tuple[Any, Table], ...]:
    """The columns whose row takes this one along, if that is a person's: the user alone, where the user is named."""
    if table.name == "users":
        return ((table.c.id, table),)
    keys = [key for key in table.foreign_keys if key.ondelete == "CASCADE"]
    parents = sorted(
        ((key.parent, key.column.table) for key in keys if key.column.table is not table),
        key=lambda pair: str(pair[0].name),
    )
    to_users = tuple(pair for pair in parents if pair[1].name == "users")
    return to_users or tuple(pair for pair in parents if is_personal(pair[1]))


def _jobs(person: Person) -> ColumnElement[bool]:
    about = []
    for name, table_name in ARGUMENTS.items():
        table = METADATA.tables[table_name]
        ids = select(digits(cast(table.c.id, String))).where(belonging_to(person, table))
        about.append(digits(col(JobRecord.arguments)[name].as_string()).in_(ids))
    return or_(*about)


def digits(text: Any) -> Any:
    """An id's digits alone: SQLite keeps no hyphens, JSON does."""
    return func.replace(text, "-", "")


def _raw_files(person: Person) -> ColumnElement[bool]:
    theirs = select(FitFile.sha256).where(col(FitFile.user_id) == person.user_id)
    return col(RawFile.sha256).in_(theirs)


def _mails(person: Person) -> ColumnElement[bool]:
    return InLowerCase(col(Mail.recipient)).in_(person.addresses)


def _invitations(person: Person) -> ColumnElement[bool]:
    return col(ProgramInvitation.email).in_(person.addresses)


def _deliveries(person: Person) -> ColumnElement[bool]:
    """What a partner was told of the end of a user's import is no event of ours."""
    told = select(ImportEvent.delivery_id).join(
        BulkImport, col(BulkImport.id) == col(ImportEvent.bulk_import_id)
    )
    return col(Delivery.id).in_(told.where(col(BulkImport.user_id) == person.user_id))


MENTIONS: Mapping[str, Rule] = {
    "jobs": _jobs,
    "raw_files": _raw_files,
    "mails": _mails,
    "program_invitations": _invitations,
    "webhook_deliveries": _deliveries,
}
"""Rows that the schema does not tie to a user, or not all of them."""
