"""May we talk to this address? The gate between attacker-chosen URLs and the network this machine stands in.

The check is made on addresses, after name resolution, and the connection goes to the checked address (`wire.py`).
"""

import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from pipeline.fetching.errors import Blocked

Address = IPv4Address | IPv6Address

_NAT64 = IPv6Network("64:ff9b::/96")
_NAT64_LOCAL = IPv6Network("64:ff9b:1::/48")
_V4_COMPATIBLE = IPv6Network("::/96")
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_CARRIER = IPv4Network("100.64.0.0/10")
# Special-purpose registries of IANA; Python knows them only from later versions on.
_SPECIAL = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"), IPv6Network("3fff::/20"))


def check_url(url: str) -> None:
    """Refuse URLs that are not plain http or https. Raises Blocked; the address is checked later, when it is known."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise Blocked(url, f"not a URL ({error}): check its spelling") from error
    if parts.scheme.lower() not in ("http", "https"):
        raise Blocked(url, f"scheme {parts.scheme or '(none)'!r} is not fetched: give an http or https address")
    if parts.username is not None or parts.password is not None:
        raise Blocked(_without_login(url), "carries a user name or password: use an address without login")
    if not host:
        raise Blocked(url, "names no host: check its spelling")


def literal(host: str) -> Address | None:
    """The address a host spells out, also in decimal, octal, hexadecimal and short forms; None for a name."""
    try:
        return ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))
    except (OSError, ValueError):
        return None


def is_public(address: Address) -> bool:
    """True for an address of the open internet, False for everything reserved, local or wrapped around such a one."""
    inner = _unwrap(address)
    if inner is not address:
        return is_public(inner)
    if any(address in network for network in _SPECIAL):
        return False
    if isinstance(address, IPv6Address):
        return address in _GLOBAL_UNICAST and address.is_global and not address.is_multicast
    return address.is_global and not (address.is_multicast or address.is_reserved)


def refusal(address: Address, *, allow_private: bool) -> str:
    """Why `address` may not be talked to, empty when it may.

    `allow_private` opens loopback, private and carrier-grade NAT ranges, never link-local (cloud metadata), multicast,
    unspecified and reserved ones.
    """
    if is_public(address):
        return ""
    if not allow_private:
        return f"{address} is not a public address"
    inner = _unwrap(address)
    return "" if _is_own_network(inner) else f"{address} is a link-local, multicast or reserved address"


def _is_own_network(address: Address) -> bool:
    if address.is_loopback:
        return True
    if isinstance(address, IPv4Address) and address in _CARRIER:
        return True
    odd = address.is_link_local or address.is_multicast or address.is_unspecified or address.is_reserved
    return address.is_private and not odd


def _unwrap(address: Address) -> Address:
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    in_low_bits = address in _NAT64 or address in _NAT64_LOCAL
    if in_low_bits or (address in _V4_COMPATIBLE and int(address) > 1):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _without_login(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://***@{rest.rpartition('@')[2]}"
