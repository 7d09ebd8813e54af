"""What a request asks for: a POST's JSON, or a GET's query string, read into one value."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from gateway.http.refusals import Refused
from rest_compat.wire.body import BadJson, parse_json

NOT_JSON = "The request cannot be read as JSON: send an object, each name once, nested at most 64 deep"
NO_QUERY = (
    "No GraphQL query found in the request: send a query, or the hash or documentId of one that is known here"
)
MAX_BODY = 256 * 1024
MOST_PARAMETERS = 20
NAMES = ("query", "documentId", "operationName", "variables", "extensions")


@dataclass(frozen=True, slots=True)
class Asked:
    """`sha256`: of an automatic persisted query, beside its text or instead of it."""

    query: str | None = None
    document_id: str | None = None
    operation_name: str | None = None
    variables: Mapping[str, Any] | None = None
    extensions: Mapping[str, Any] | None = None
    sha256: str | None = None

    @property
    def is_persisted(self) -> bool:
        return self.sha256 is not None or self.document_id is not None


def asked_by_post(body: bytes) -> Asked:
    given = json_of(body)
    if isinstance(given, list):
        raise Refused(400, "Batching is not enabled: send one operation in each request")
    if not isinstance(given, dict):
        raise Refused(400, "The body must be a JSON object with a query")
    return asked_of(given)


def asked_by_get(query_string: bytes) -> Asked:
    """Variables and extensions are JSON in the query string."""
    if not query_string.isascii():
        raise Refused(400, "The query string must be percent-encoded")
    try:
        pairs = parse_qsl(
            query_string.decode(), keep_blank_values=True, max_num_fields=MOST_PARAMETERS, errors="strict"
        )
    except ValueError:
        raise Refused(
            400, f"The query string must hold at most {MOST_PARAMETERS} parameters in UTF-8"
        ) from None
    given: dict[str, Any] = {name: value for name, value in pairs if name in NAMES}
    if len(given) < sum(name in NAMES for name, _ in pairs):
        raise Refused(400, "Send each parameter once")
    for name in ("variables", "extensions"):
        given[name] = json_of(given[name].encode()) if given.get(name) else None
    return asked_of(given)


def json_of(text: bytes) -> Any:
    try:
        return parse_json(text)
    except BadJson as error:
        raise Refused(400, NOT_JSON) from error


def asked_of(given: Mapping[str, Any]) -> Asked:
    """Null counts as not given, as the specification wants it; what is not known here is passed over."""
    extensions = typed(given, "extensions", dict, "an object")
    asked = Asked(
        query=typed(given, "query", str, "a string"),
        document_id=typed(given, "documentId", str, "a string"),
        operation_name=typed(given, "operationName", str, "a string"),
        variables=typed(given, "variables", dict, "an object"),
        extensions=extensions,
        sha256=hash_of(extensions or {}),
    )
    if not asked.query and not asked.is_persisted:
        raise Refused(400, NO_QUERY)
    return asked


def typed(given: Mapping[str, Any], name: str, kind: type, words: str) -> Any:
    value = given.get(name)
    if value is not None and not isinstance(value, kind):
        raise Refused(400, f"{name} must be {words}")
    return value


def hash_of(extensions: Mapping[str, Any]) -> str | None:
    """`{"persistedQuery": {"version": 1, "sha256Hash": …}}`, as Apollo's clients write it."""
    persisted = typed(extensions, "persistedQuery", dict, "an object")
    if persisted is None:
        return None
    version, digest = persisted.get("version"), persisted.get("sha256Hash")
    if isinstance(version, bool) or version != 1 or not isinstance(digest, str):
        raise Refused(400, "persistedQuery must have version 1 and a sha256Hash")
    return digest.lower()
