"""Addresses of data: which may be asked, and what is said of those that fail."""

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from . import clauses
from .findings import Finding, Severity
from .text import clean, shortened
from .words import N_

SCHEMES = ("http", "https")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
#: Where IPv4 hides inside IPv6: translated (RFC 6052, RFC 8215), 6to4, Teredo; beside
#: them what is routed nowhere in public.
_CLOSED = tuple(
    ipaddress.ip_network(one)
    for one in (
        *("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24"),
        *("198.18.0.0/15", "240.0.0.0/4", "255.255.255.255/32"),
        *("64:ff9b::/96", "64:ff9b:1::/48", "2001::/23", "2002::/16", "fec0::/10"),
        *("5f00::/16", "3fff::/20", "100::/64", "::/96"),
    )
)


@dataclass(frozen=True)
class Kind:
    """One fault of a link: how much it weighs, what is said, and what to do."""

    severity: Severity
    message: str
    next_step: str


_TRY = N_("Open the address in a browser; correct it, or upload the file itself.")
_LATER = N_("It is tried again every week; if it lasts, upload the file itself.")
#: Code of a finding without ``link.`` → what it is.
FAULTS: Mapping[str, Kind] = {
    "scheme": Kind(
        Severity.BLOCKING,
        N_("The address “{link}” does not begin with http:// or https://."),
        N_("Give an address that anybody can open in a browser."),
    ),
    "address": Kind(
        Severity.BLOCKING,
        N_("The address “{link}” leads into a closed network, not to the Internet."),
        N_("Give an address that anybody can open in a browser."),
    ),
    "password": Kind(
        Severity.BLOCKING,
        N_("The address “{link}” has a name or a password before its host."),
        N_("Give an address that anybody can open: a password would be published."),
    ),
    "unresolved": Kind(
        Severity.WARNING, N_("The name in the address “{link}” does not exist."), _TRY
    ),
    "unreachable": Kind(
        Severity.WARNING, N_("Nobody answers at the address “{link}”."), _LATER
    ),
    "timeout": Kind(
        Severity.WARNING,
        N_("The address “{link}” answers too slowly: it was not waited for."),
        _LATER,
    ),
    "certificate": Kind(
        Severity.WARNING,
        N_("The certificate of the address “{link}” cannot be trusted."),
        N_("Ask who runs that server to renew its certificate."),
    ),
    "status": Kind(
        Severity.WARNING,
        N_("The address “{link}” answers with the error {status}."),
        _TRY,
    ),
    "redirects": Kind(
        Severity.WARNING,
        N_("The address “{link}” sends from one address to another without end."),
        _TRY,
    ),
    "answer": Kind(
        Severity.WARNING,
        N_("What answers at the address “{link}” cannot be understood."),
        _TRY,
    ),
    "large": Kind(
        Severity.ADVICE,
        N_("The file at “{link}” is too large to be looked into from here."),
        N_("Nothing has to be done; its format is taken as it is declared."),
    ),
}


def is_broken(fault: str) -> bool:
    """Tell whether readers do not get what a link promises.

    :param fault: a key of ``FAULTS``, ``""`` for none
    """
    return bool(fault) and FAULTS[fault].severity is not Severity.ADVICE


def may_be_asked(address: str) -> bool:
    """Tell whether an IP address is one of the public Internet.

    An IPv6 address that carries an IPv4 one is none, whatever that is.
    """
    try:
        found: Address = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        return False
    if not found.is_global or found.is_multicast or found.is_reserved:
        return False
    return not any(found in net for net in _CLOSED if net.version == found.version)


def is_readable(address: object) -> bool:
    """Tell whether something is an address that can be taken apart.

    Any scheme will do, and none: that is judged later, in other words.
    """
    if not isinstance(address, str) or any(ord(one) < 32 for one in address.strip()):
        return False
    try:
        urlsplit(address)
        urlsplit(f"http://{address}")
    except ValueError:
        return False
    return True


def fault_of(address: str) -> str:
    """Return why an address is not even looked up, ``""`` if it may be."""
    try:
        parts = urlsplit(address)
        host = parts.port != 0 and parts.hostname
    except ValueError:
        return "scheme"
    if parts.scheme.lower() not in SCHEMES or not host:
        return "scheme"
    return "password" if "@" in parts.netloc else ""


def findings(
    fault: str, facts: Mapping[str, Any], link: str, place: Mapping[str, str]
) -> Iterator[Finding]:
    """Yield what is said of a link.

    :param fault: a key of ``FAULTS``, ``""`` for none
    :param facts: ``status`` of the answer, where there was one
    """
    if fault:
        kind = FAULTS[fault]
        yield Finding(
            f"link.{fault}",
            kind.severity,
            kind.message,
            kind.next_step,
            clauses.cite("own"),
            place,
            {"link": shortened(clean(link)), "status": int(facts.get("status") or 0)},
        )
