"""Which addresses may be connected to: public unicast only, whatever they are wrapped in.

The networks are written out, because what `ipaddress` calls global differs between Python's patch releases
and lets embedded IPv4 and multicast through. Source: the IANA special-purpose address registries.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

NOT_PUBLIC: tuple[Network, ...] = (
    IPv4Network("0.0.0.0/8"),  # this network
    IPv4Network("10.0.0.0/8"),  # private
    IPv4Network("100.64.0.0/10"),  # shared by carriers; metadata of some clouds
    IPv4Network("127.0.0.0/8"),  # loopback
    IPv4Network("168.63.129.16/32"),  # a public number that reaches Azure's host from inside
    IPv4Network("169.254.0.0/16"),  # link-local, metadata of most clouds
    IPv4Network("172.16.0.0/12"),  # private
    IPv4Network("192.0.0.0/24"),  # protocol assignments, NAT64 discovery, metadata of Oracle
    IPv4Network("192.0.2.0/24"),  # documentation
    IPv4Network("192.31.196.0/24"),  # AS112
    IPv4Network("192.52.193.0/24"),  # automatic multicast tunnelling
    IPv4Network("192.88.99.0/24"),  # 6to4 relays
    IPv4Network("192.168.0.0/16"),  # private
    IPv4Network("192.175.48.0/24"),  # AS112
    IPv4Network("198.18.0.0/15"),  # benchmarks
    IPv4Network("198.51.100.0/24"),  # documentation
    IPv4Network("203.0.113.0/24"),  # documentation
    IPv4Network("224.0.0.0/4"),  # multicast
    IPv4Network("240.0.0.0/4"),  # reserved, broadcast
    IPv6Network("2001::/23"),  # protocol assignments: Teredo, ORCHID, benchmarks
    IPv6Network("2001:db8::/32"),  # documentation
    IPv6Network("2002::/16"),  # 6to4: refused whole, a tunnel to any IPv4
    IPv6Network("2620:4f:8000::/48"),  # AS112
    IPv6Network("3fff::/20"),  # documentation
)
GLOBAL_UNICAST = IPv6Network(
    "2000::/3"
)  # all other IPv6 is refused: ::/96, 64:ff9b:1::/48, fc00::/7, fe80::/10, ff00::/8
NAT64 = IPv6Network("64:ff9b::/96")
ISATAP = frozenset(
    {0x0000_5EFE, 0x0200_5EFE}
)  # above the last 32 bits: under any prefix, a tunnel to that IPv4
DEVELOPMENT: tuple[Network, ...] = (
    IPv4Network("10.0.0.0/8"),
    IPv4Network("127.0.0.0/8"),
    IPv4Network("172.16.0.0/12"),
    IPv4Network("192.168.0.0/16"),
    IPv6Network("::1/128"),
    IPv6Network("fc00::/7"),
)


def address_of(text: str) -> Address | None:
    """The address a text spells exactly (no zone, no octal, no missing parts); nothing for all else."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return None if isinstance(address, IPv6Address) and address.scope_id else address


def may_connect(address: Address, *, allow_private: bool = False) -> bool:
    target = _unwrapped(address)
    if allow_private and any(target in network for network in DEVELOPMENT):
        return True
    if isinstance(target, IPv6Address) and (target not in GLOBAL_UNICAST or _is_isatap(target)):
        return False
    return target.is_global and not any(target in network for network in NOT_PUBLIC)


def _is_isatap(address: IPv6Address) -> bool:
    return (int(address) >> 32) & 0xFFFF_FFFF in ISATAP


def _unwrapped(address: Address) -> Address:
    """The IPv4 address behind a mapped or NAT64 one; every other embedding is refused whole."""
    if isinstance(address, IPv4Address):
        return address
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address
