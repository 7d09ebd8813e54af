"""Accounts as administrators manage them, and as their own holders change them."""

from typing import Any
from uuid import UUID

import strawberry

from domain.identity import administration
from domain.identity.administration import AccountFields, OwnAccountFields
from domain.unit import Unit
from domain.viewer import Scope
from gateway.context import Context
from gateway.documents.prices import HASHING
from gateway.global_ids import read_global_id
from gateway.mutations import Payload, given, mutation
from gateway.types.accounts import AccountStatus, AccountType
from gateway.types.nodes import Id, field
from gateway.types.payloads import Removal, changed


@strawberry.input(description="What people may change of their own account; null takes a value away.")
class OwnAccountInput:
    email: strawberry.Maybe[str | None] = field(
        "Where its mail goes; a new address has to be confirmed again.", default=None
    )
    phone_number: strawberry.Maybe[str | None] = field("As it is to be shown.", default=None)
    locale: strawberry.Maybe[str | None] = field("Language tag, such as en-CA.", default=None)


@strawberry.input(description="An account. To change one, give only what changes; null takes a value away.")
class AccountInput(OwnAccountInput):
    username: strawberry.Maybe[str | None] = field(
        "What one signs in with; case does not matter. Needed to create one.", default=None
    )
    password: strawberry.Maybe[str | None] = field(
        "Eight characters or more; a new one ends what was signed in with the old one. "
        "Without one the account can be signed in to only after a password reset.",
        default=None,
    )
    email_confirmed: strawberry.Maybe[bool | None] = field(
        "Whether its address is known to be right.", default=None
    )
    account_type: strawberry.Maybe[AccountType | None] = field("Regular unless said.", default=None)
    account_status: strawberry.Maybe[AccountStatus | None] = field("Active unless said.", default=None)
    user_id: strawberry.Maybe[strawberry.ID | None] = field("Whose account it is.", default=None)


@strawberry.type(description="The account as it is now.")
class AccountPayload(Payload):
    account = changed("accounts.Account", "The account as it is now.")


@strawberry.type(description="Whether the account is gone.")
class RemoveAccountPayload(Removal):
    pass


async def hashed(context: Context, input: AccountInput, id: Any = None) -> dict[str, Any]:
    """Bcrypt comes before the unit."""
    sent = given(input)
    if sent.get("user_id") is not None:
        sent["user_id"] = str(read_global_id("User", sent["user_id"]))
    fields = AccountFields.whole(sent) if id is None else AccountFields.part(sent)
    if fields.get("password") is not None:
        context.worked += HASHING
    return await administration.with_hash(fields)


@strawberry.type
class AccountMutation:
    @mutation(AccountPayload, Scope.ACCOUNTS_WRITE, prepare=hashed, weight=HASHING)
    async def create_account(self, unit: Unit, input: AccountInput, prepared: dict[str, Any]) -> UUID:
        """A new account of your organization."""
        del input
        return await administration.add_account(unit, prepared)

    @mutation(AccountPayload, Scope.ACCOUNTS_WRITE, prepare=hashed, weight=HASHING)
    async def change_account(self, unit: Unit, id: Id, input: AccountInput, prepared: dict[str, Any]) -> UUID:
        """Change what is given of an account of your organization."""
        del input
        account_id = read_global_id("Account", id)
        await administration.change_account(unit, account_id, prepared)
        return account_id

    @mutation(RemoveAccountPayload, Scope.ACCOUNTS_WRITE)
    async def remove_account(self, unit: Unit, id: Id) -> None:
        """Remove an account with its tokens; the user it belongs to stays."""
        await administration.remove_account(unit, read_global_id("Account", id))

    @mutation(AccountPayload, Scope.PROFILE_WRITE)
    async def change_own_account(self, unit: Unit, input: OwnAccountInput) -> UUID | None:
        """Change what is given of the account you signed in with."""
        await administration.change_own_account(unit, OwnAccountFields.part(given(input)))
        return unit.viewer.account_id
