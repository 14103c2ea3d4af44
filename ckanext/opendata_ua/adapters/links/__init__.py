"""Asking addresses that strangers wrote, from inside of the council's network.

``Asker.ask`` looks at one address: HEAD, then GET into a file, redirects by hand. It
connects to nothing but addresses of the public Internet, each looked up once and used
as it was found: a name that changes its mind between the question and the connection
leads nowhere else. What came is a value; an address never raises.
"""

from __future__ import annotations

from .asking import Asker, Found, Limits

__all__ = ["Asker", "Found", "Limits"]
