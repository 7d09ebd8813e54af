"""The guarded way out: every call to a URL that a partner gave us goes through here."""

from domain.fetching.errors import FetchError, FetchErrorCode
from domain.fetching.files import fetch, fetch_with_age, post
from domain.fetching.policy import FetchPolicy
from domain.fetching.resolving import Resolver, system_resolver
from domain.fetching.urls import check_url

__all__ = [
    "FetchError",
    "FetchErrorCode",
    "FetchPolicy",
    "Resolver",
    "check_url",
    "fetch",
    "fetch_with_age",
    "post",
    "system_resolver",
]
