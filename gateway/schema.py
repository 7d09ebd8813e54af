"""The GraphQL schema, composed from one module for each aggregate."""

from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.extensions import MaxAliasesLimiter, MaxTokensLimiter, QueryDepthLimiter
from strawberry.types import ExecutionContext

from gateway.errors import word
from gateway.limits import NodeLimiter
from gateway.types.activities import ActivityQuery
from gateway.types.fit_files import FitFileQuery
from gateway.types.pai import PaiQuery
from gateway.types.templates import TemplateQuery
from gateway.types.users import UserQuery
from gateway.types.viewer import ViewerQuery

MAX_DEPTH, MAX_ALIASES, MAX_TOKENS, MAX_NODES = 10, 15, 2000, 10_000


@strawberry.type(
    description="Everything you can read. Lists are Relay connections: pass first or last, 100 at most."
)
class Query(ViewerQuery, UserQuery, ActivityQuery, PaiQuery, FitFileQuery, TemplateQuery):
    pass


class Schema(strawberry.Schema):
    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Every error passes here, whatever stage it comes from."""
        del execution_context
        for error in errors:
            word(error)


def _extensions() -> list[Any]:
    return [
        lambda: QueryDepthLimiter(max_depth=MAX_DEPTH),
        lambda: MaxAliasesLimiter(max_alias_count=MAX_ALIASES),
        lambda: MaxTokensLimiter(max_token_count=MAX_TOKENS),
        lambda: NodeLimiter(MAX_NODES),
    ]


schema = Schema(Query, extensions=_extensions())
