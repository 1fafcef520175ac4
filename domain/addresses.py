"""Which addresses of the network another system may not make us call."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from domain.errors import InvalidInputError

ALLOWED_PORTS = range(1, 65_536)
NAT64 = IPv6Network("64:ff9b::/96")
"""Through it a gateway reaches any IPv4 address."""


def check_url(url: str, *, allow_private: bool) -> str:
    """A URL that may be called, as far as one can tell before its name is looked up.

    Raises:
        InvalidInputError: It is no such URL.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or 443
    except ValueError as error:
        raise InvalidInputError("url", "is not a URL") from error
    if parts.scheme != "https" and not (allow_private and parts.scheme == "http"):
        raise InvalidInputError("url", "must begin with https://")
    if not parts.hostname or parts.username or parts.password or parts.fragment or port not in ALLOWED_PORTS:
        raise InvalidInputError("url", "must be https://host/path, without user, password and #")
    if len(url) > 1_000 or any(c.isspace() or ord(c) < 32 for c in url):
        raise InvalidInputError("url", "must be at most 1,000 characters without spaces")
    try:
        literal = ip_address(parts.hostname)
    except ValueError:
        return url
    if not allow_private and not is_public(literal):
        raise InvalidInputError("url", "leads into a private network")
    return url


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address belongs to the public internet; also looks behind IPv4 addresses in IPv6 clothing."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is not None:
            return is_public(inner)
        if address in NAT64:
            return is_public(IPv4Address(int(address) & 0xFFFF_FFFF))
    return address.is_global and not address.is_multicast and not address.is_reserved
