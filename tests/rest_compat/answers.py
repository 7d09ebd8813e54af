"""What every refusal of a vendor looks like."""

PAI_CODES = {
    400: "BAD_REQUEST",
    401: "UNAUTHORIZED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    409: "CONFLICT",
    412: "PRECONDITION_FAILED",
    413: "TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    429: "TOO_MANY_REQUESTS",
    500: "INTERNAL_SERVER_ERROR",
}
SMARTRUNNING_CODES = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    429: "rate_limited",
    500: "internal_error",
    503: "unavailable",
}
INTERNAL = (
    "Traceback",
    "sqlalchemy",
    "asyncpg",
    "sqlite",
    "pydantic",
    "SELECT ",
    'File "',
    "domain.",
    "_at ",
)


def pai_error(answer, status):
    """The one error of the seed's payload; whatever the status, nothing of the inside is in it."""
    assert answer.status_code == status, answer.text
    _says_nothing_internal(answer)
    assert list(answer.json()) == ["errors"]
    [error] = answer.json()["errors"]
    assert list(error) == ["message", "code", "errors"]
    assert error["message"]
    assert error["code"] == PAI_CODES[status]
    assert all({"message", "code"} <= nested.keys() for nested in error["errors"])
    return error


def aiendurance_error(answer, status):
    assert answer.status_code == status, answer.text
    _says_nothing_internal(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    body = answer.json()
    assert body.keys() <= {"error", "details"}
    assert body["error"]
    assert all(detail.keys() == {"index", "field", "message"} for detail in body.get("details", []))
    return body


def smartrunning_error(answer, status):
    assert answer.status_code == status, answer.text
    _says_nothing_internal(answer)
    body = answer.json()
    assert list(body) == ["error", "message"]
    assert body["error"] == SMARTRUNNING_CODES[status]
    assert body["message"]
    return body


def gofa_error(answer, status):
    assert answer.status_code == status, answer.text
    _says_nothing_internal(answer)
    body = answer.json()
    limited = {"code", "retryAfterSeconds"} if status == 429 else set()
    assert body.keys() <= {"error", "details"} | limited
    assert body["error"]
    assert all(detail.keys() == {"field", "message"} for detail in body.get("details", []))
    return body


def _says_nothing_internal(answer):
    assert answer.headers["content-type"] == "application/json"
    assert not [word for word in INTERNAL if word in answer.text]
    assert (answer.status_code == 401) is ("www-authenticate" in answer.headers)
