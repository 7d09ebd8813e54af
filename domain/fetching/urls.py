"""A URL taken apart once. What is not spelled plainly is refused, so that no two parsers can disagree.

Ports: 443 (80 for plain http in development) and 1024 or more; no callback lives on the ports of ssh or mail.
"""

import re
from dataclasses import dataclass, field

from domain.fetching.addresses import address_of, may_connect
from domain.fetching.errors import forbidden_url, invalid_url
from domain.fetching.policy import FetchPolicy
from domain.sentences import said

MAX_URL = 2048
MAX_HOST = 253
PLAIN = re.compile(r"[!-\[\]-~]*")  # printable ASCII without space and backslash
URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<path>[^#]*)(?:#.*)?")
AUTHORITY = re.compile(
    r"(?:\[(?P<six>[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*)\]|(?P<name>[A-Za-z0-9._-]+))(?::(?P<port>[0-9]{1,5}))?"
)
LABEL = r"(?!-)[a-z0-9_-]{1,63}(?<!-)"
# No top-level name begins with a digit, but 127.1 and 0x7f do.
NAME = re.compile(rf"(?:{LABEL}\.)*(?=[a-z]){LABEL}")
DEFAULT_PORTS = {"https": 443, "http": 80}
OTHER_PORTS = range(1024, 65536)
INTERNAL_NAMES = frozenset(
    {"arpa", "corp", "home", "internal", "intranet", "lan", "local", "localhost", "onion"},
)


@dataclass(frozen=True)
class Target:
    """Where a call goes. `host` is lower case, without brackets; `path` has the query and any token in it."""

    scheme: str
    host: str
    port: int
    path: str = field(repr=False)

    @property
    def authority(self) -> str:
        """What the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


def check_url(url: str, policy: FetchPolicy) -> None:
    """Refuse a URL that can never be fetched, without asking anyone: cheap enough to answer a ping with."""
    parse_url(url, policy)


def parse_url(url: str, policy: FetchPolicy) -> Target:
    if len(url) > MAX_URL:
        raise invalid_url(said("The URL is longer than {most} characters.", most=MAX_URL))
    if not PLAIN.fullmatch(url):
        raise invalid_url(
            "The URL contains characters that must be percent-encoded, or a host that is not in punycode.",
        )
    parts = URL.fullmatch(url)
    if not parts:
        raise invalid_url("The URL must be absolute: https://host/path.")
    scheme = _scheme(parts["scheme"], policy)
    host, port = _host_and_port(parts["authority"], scheme)
    _check_host(host, policy)
    return Target(scheme, host, port, _path(parts["path"]))


def _scheme(written: str, policy: FetchPolicy) -> str:
    scheme = written.lower()
    if scheme != "https" and not (scheme == "http" and policy.allow_private):
        raise forbidden_url("The URL must begin with https://.")
    return scheme


def _host_and_port(authority: str, scheme: str) -> tuple[str, int]:
    if "@" in authority:
        raise forbidden_url("The URL must not contain a user name or a password.")
    parts = AUTHORITY.fullmatch(authority)
    if not parts:
        raise invalid_url("The URL's host or port is not valid.")
    return _host(parts["name"], parts["six"]), _port(parts["port"], scheme)


def _host(name: str | None, six: str | None) -> str:
    host = (name or six or "").lower()
    is_address = address_of(host) is not None
    if not is_address and (six or len(host) > MAX_HOST or not NAME.fullmatch(host)):
        raise invalid_url("The URL's host must be a plain host name or an address in its usual spelling.")
    return host


def _port(written: str | None, scheme: str) -> int:
    port = int(written) if written else DEFAULT_PORTS[scheme]
    if port != DEFAULT_PORTS[scheme] and port not in OTHER_PORTS:
        raise forbidden_url("The URL's port must be 443 or from 1024 to 65535.")
    return port


def _check_host(host: str, policy: FetchPolicy) -> None:
    address = address_of(host)
    if address is not None:
        allowed = may_connect(address, allow_private=policy.allow_private)
    else:
        allowed = policy.allow_private or not _is_internal(host)
    if not allowed:
        raise forbidden_url("The URL's host is not on the public internet.")
    if not policy.allows_host(host):
        raise forbidden_url("The URL's host is not among the hosts registered for this partner.")


def _is_internal(name: str) -> bool:
    return "." not in name or name.rpartition(".")[2] in INTERNAL_NAMES


def _path(written: str) -> str:
    return written if written.startswith("/") else f"/{written}"
