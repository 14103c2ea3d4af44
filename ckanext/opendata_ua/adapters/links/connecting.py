"""One connection to a checked address: the name is looked up once, here."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Callable
from urllib.parse import SplitResult

from ckanext.opendata_ua.domain.link_check import may_be_asked

#: Returns the IP addresses of a host, as texts.
Resolver = Callable[[str, int], list[str]]


class Fault(Exception):
    """Why an address was not asked, or did not answer: a code of ``link_check``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def resolved(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host by the system's resolver.

    :raises OSError: when there are none
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def checked_address(
    host: str, port: int, resolve: Resolver, allowed: Callable[[str], bool]
) -> str:
    """Return an IP address of a host that may be asked.

    One closed address among several is enough to refuse: the next question might get
    that one.

    :raises Fault: ``unresolved`` or ``address``
    """
    try:
        found = resolve(host, port)
    except (OSError, UnicodeError, ValueError) as error:
        raise Fault("unresolved") from error
    if not found:
        raise Fault("unresolved")
    if not all(allowed(one) for one in found):
        raise Fault("address")
    return found[0]


def connection(
    parts: SplitResult,
    seconds: float,
    *,
    resolve: Resolver = resolved,
    allowed: Callable[[str], bool] = may_be_asked,
    trust: ssl.SSLContext | None = None,
) -> http.client.HTTPConnection:
    """Return an open connection to the host of an address.

    :param seconds: for connecting, and for each read
    :param trust: certificates to trust, those of the system by default
    :raises Fault: why there is none
    """
    host = parts.hostname or ""
    secure = parts.scheme.lower() == "https"
    port = parts.port or (443 if secure else 80)
    address = checked_address(host, port, resolve, allowed)
    opened = http.client.HTTPConnection(host, port, timeout=seconds)
    try:
        plain = socket.create_connection((address, port), seconds)
    except TimeoutError as error:
        raise Fault("timeout") from error
    except OSError as error:
        raise Fault("unreachable") from error
    opened.sock = _wrapped(plain, host, trust) if secure else plain
    return opened


def _wrapped(
    plain: socket.socket, host: str, trust: ssl.SSLContext | None
) -> socket.socket:
    context = trust or ssl.create_default_context()
    try:
        return context.wrap_socket(plain, server_hostname=host)
    except TimeoutError as error:
        plain.close()
        raise Fault("timeout") from error
    except ssl.SSLCertVerificationError as error:
        plain.close()
        raise Fault("certificate") from error
    except ssl.SSLError as error:
        plain.close()
        raise Fault("answer") from error
    except (OSError, ValueError) as error:
        plain.close()
        raise Fault("unreachable") from error
