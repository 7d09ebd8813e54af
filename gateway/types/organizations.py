"""Organizations, and the clients they are to GOFA."""

from datetime import datetime
from typing import Any

import strawberry

from domain import clients, organizations
from gateway.context import Context
from gateway.types.nodes import Node, field, node
from gateway.types.programs import PROGRAMS
from gateway.types.relations import one, related

Info = strawberry.Info[Context, None]


@node(organizations.ORGANIZATIONS, "Whom accounts, users and all of their data belong to.")
class Organization(Node):
    name: str = field("What it calls itself.")
    client = one(
        "organizations.Client", "id", "What GOFA knows it as; null if it is no client.", key="organization_id"
    )
    programs = PROGRAMS.of("organization_id", "The programs its users may take part in, by name.")
    created_at: datetime = field("When it was taken in.")
    modified_at: datetime = field("When it last changed.")


@node(clients.CLIENTS, "An organization as a client of GOFA AI Training.")
class Client(Node):
    client_id: str = field("What GOFA calls it; it stands in paths.")
    name: str = field("Its name there.")
    ai_training_enabled: bool = field("Whether its users may train by plans and routines.")
    organization = one("organizations.Organization", "organization_id", "The organization that it is.")
    catalog_modified_at: datetime = field("When its choice of the library's routines last changed.")
    created_at: datetime = field("When it became a client.")
    modified_at: datetime = field("When it last changed.")


@strawberry.type
class OrganizationQuery:
    @strawberry.field(
        description="The organization that your credential belongs to; null if it belongs to none.",
        graphql_type=Organization | None,
    )
    async def organization(self, info: Info) -> Any:
        return await related(info, "Organization", info.context.viewer.organization_id)
