"""What a partner's URL may lead to, and how long and how much."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FetchPolicy:
    """`allow_private` is for development: loopback and private targets, single-label names and plain http.

    `allowed_hosts` empty means any public host; an entry is an exact name, or ".example.org" for any below.
    An allowed host is still judged by its addresses.
    """

    max_bytes: int
    allow_private: bool = False
    allowed_hosts: frozenset[str] = frozenset()
    connect_timeout: float = 5.0
    read_timeout: float = 15.0
    total_timeout: float = 60.0

    def allows_host(self, host: str) -> bool:
        return not self.allowed_hosts or any(_matches(host, entry.lower()) for entry in self.allowed_hosts)


def _matches(host: str, entry: str) -> bool:
    if entry.startswith("."):
        return len(host) > len(entry) and host.endswith(entry)
    return host == entry
