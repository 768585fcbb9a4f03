"""Which addresses a page may be fetched from: public ones, and nothing behind them."""

from __future__ import annotations

import ipaddress

_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""RFC 6052: the last 32 bits are an IPv4 address that a gateway connects to."""

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def may_be_asked(address: str, *, may_ask_itself: bool) -> bool:
    """Say whether an address is public; with ``may_ask_itself`` this machine's own will do."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    inner = _inner(found)
    if may_ask_itself and all(one.is_loopback for one in inner):
        return True
    return all(_is_public(one) for one in inner)


def _is_public(address: _Address) -> bool:
    return address.is_global and not (
        address.is_multicast
        or address.is_reserved
        or address.is_loopback
        or address.is_link_local
        or address.is_unspecified
        or (isinstance(address, ipaddress.IPv6Address) and address.is_site_local)
    )


def _inner(address: _Address) -> tuple[_Address, ...]:
    """Return the address, or those of the older kind that packets to it end at."""
    if isinstance(address, ipaddress.IPv4Address):
        return (address,)
    if address.ipv4_mapped is not None:
        return (address.ipv4_mapped,)
    if address in _TRANSLATED:
        return (ipaddress.IPv4Address(int(address) & 0xFFFFFFFF),)
    if address.sixtofour is not None:
        return (address, address.sixtofour)
    if address.teredo is not None:
        return (address, *address.teredo)
    return (address,)
