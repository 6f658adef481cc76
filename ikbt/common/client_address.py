"""Whose address a request came from: decides how much of what proxies say is believed."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

FORWARDED = "HTTP_X_FORWARDED_FOR"
# What one household or one office has of the newer addresses (RFC 6177): a guesser has 2^64 of them.
IPV6_PREFIX = 64


def client_address(request: HttpRequest) -> str:
    """The address behind `TRUSTED_PROXIES` proxies of our own; the nearest sender's where they say nothing sound.

    Each proxy adds the address that it was called from at the end of X-Forwarded-For. As many entries as there are
    proxies, counted from the end, are ours; whatever a visitor wrote herself stands before them and is not read.
    """
    nearest = str(request.META.get("REMOTE_ADDR") or "")
    proxies: int = settings.TRUSTED_PROXIES
    told = [entry.strip() for entry in str(request.META.get(FORWARDED, "")).split(",")]
    if proxies < 1 or len(told) < proxies:
        return nearest
    found = _read(told[-proxies])
    return str(found) if found else nearest


def guessers_place(address: str) -> str:
    """What counts as one place for those who guess: an address, or the network that one line gets of the newer kind."""
    found = _read(address)
    if isinstance(found, IPv6Address):
        return str(ip_network((found, IPV6_PREFIX), strict=False))
    return address


def _read(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    # The same visitor, as a server that listens on both kinds writes her.
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found
