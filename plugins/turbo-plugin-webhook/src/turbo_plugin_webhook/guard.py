"""Where a request may go: the address of a URL, looked up once and held.

A URL comes from settings or a workflow, and a redirect from a stranger. So that none of them reaches into the network of the
machine (server-side request forgery), every address of the host has to be public, unless the settings allow it; and the request
then goes to the very address that was judged, whatever the name means a moment later.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

from turbo_plugin_webhook.faults import WebhookFault, WebhookUnavailable

_NAT64: Final = IPv6Network("64:ff9b::/96")
_PORTS: Final = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A judged place.

    Attributes:
        scheme: ``https`` or ``http``.
        host: the name that the URL has.
        port: its port.
        target: path and query.
        addresses: the addresses of the host, all of them allowed.
        public: whether all of them are public.
    """

    scheme: str
    host: str
    port: int
    target: str
    addresses: tuple[str, ...]
    public: bool

    @property
    def origin(self) -> str:
        """Scheme, host and port, as they can be shown: no path, which often holds a secret."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self.port == _PORTS[self.scheme] else f":{self.port}")


def judged(url: str, allow: Sequence[str] = ()) -> Place:
    """Look up where a URL leads, and whether a request may go there.

    Args:
        url: an absolute URL.
        allow: hosts and networks (``10.0.0.0/8``) that need not be public, and may be asked without TLS.

    Raises:
        WebhookFault: it is no such URL, or leads where no request may go.
        WebhookUnavailable: the name of the host is not known now.
    """
    place = _read(url)
    addresses = _addresses(place)
    inside = [address for address in addresses if not _is_public(ip_address(address))]
    closed = [address for address in addresses if not _is_allowed(place.host, address, allow)]
    if place.scheme == "http" and closed:
        raise _refused(place, "it is not encrypted", "use https, or name the host in the setting 'allow'")
    if set(inside) & set(closed):
        raise _refused(place, "it is no public address", "name the host in the setting 'allow' if that is meant")
    return replace(place, addresses=addresses, public=not inside)


def _read(url: str) -> Place:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise WebhookFault("the URL cannot be read", why=str(error), next_step="write it as https://HOST/PATH") from error
    if parts.scheme not in _PORTS or not parts.hostname or any(character.isspace() for character in url):
        raise WebhookFault("the URL cannot be used", why="it is none of https", next_step="write it as https://HOST/PATH")
    if parts.username is not None:
        raise WebhookFault(
            "the URL holds an account",
            where=parts.hostname,
            next_step="take it out of the URL; a bearer token is the setting 'token'",
        )
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    port = _PORTS[parts.scheme] if port is None else port
    return Place(scheme=parts.scheme, host=parts.hostname, port=port, target=target, addresses=(), public=False)


def _addresses(place: Place) -> tuple[str, ...]:
    try:
        found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise WebhookUnavailable(
            "the host is not known", where=place.origin, why=str(error), next_step="check its name, and the network"
        ) from error
    # The scope of a link-local address is no part of the address that is judged.
    return tuple(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found))


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    inner = _inside(address)
    if inner is not None:
        return _is_public(inner)
    return address.is_global and not address.is_multicast


def _inside(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for, if it does."""
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def _is_allowed(host: str, address: str, allow: Sequence[str]) -> bool:
    return any(host.casefold() == entry.casefold() or _is_within(address, entry) for entry in allow)


def _is_within(address: str, entry: str) -> bool:
    try:
        return ip_address(address) in ip_network(entry, strict=False)
    except ValueError:
        return False


def _refused(place: Place, why: str, next_step: str) -> WebhookFault:
    return WebhookFault("no request goes there", where=place.origin, why=why, next_step=next_step)
