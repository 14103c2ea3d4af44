"""Posts of robots told from those of people, without a captcha.

Nothing is refused and nothing is lost: a post with signs of a robot is *held*, which
means that it waits for a moderator apart from the others and causes no letter. Each
sign is an own rule of the portal with a weight; from the threshold on a post is held.
"""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from . import text as texts

THRESHOLD = 100

#: How long after the form was sent to a browser its answer may come.
FASTEST = timedelta(seconds=3)
SLOWEST = timedelta(hours=24)
HASTY = timedelta(seconds=10)


@dataclass(frozen=True)
class Limits:
    """How many posts are usual. 0 means any number."""

    per_prefix: int = 10  # of one network address, in an hour
    per_email: int = 5  # of one e-mail address, in a day
    per_site: int = 300  # of everybody together, in an hour
    links: int = 2  # web addresses in one text


@dataclass(frozen=True)
class Post:
    """What is known of a post besides its words."""

    text: str
    name: str = ""
    honeypot: str = ""  # a field that people do not see
    form_age: timedelta | None = None  # None: no valid form was sent to anybody
    form_used: bool = False  # the same form was sent in before
    same_text: int = 0  # posts with these words in the last day
    from_prefix: int = 0  # in the last hour
    from_email: int = 0  # in the last day
    on_site: int = 0  # in the last hour


WEIGHTS: Mapping[str, int] = {
    "honeypot": 100,
    "no_form": 100,
    "too_fast": 100,
    "too_slow": 100,
    "form_used": 100,
    "same_text": 100,
    "prefix_limit": 100,
    "email_limit": 100,
    "site_limit": 100,
    "links": 100,
    "link_in_name": 100,
    "markup": 100,
    # each of these people do, too: only together they are enough
    "some_link": 40,
    "no_cyrillic": 40,
    "hasty": 40,
}

_ADDRESS = re.compile(r"(?:https?://|www\.)\S", re.IGNORECASE)
_MARKUP = re.compile(r"<\s*a\s|\[url|\[link|href\s*=", re.IGNORECASE)
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_WORDS = re.compile(r"\w+")


def signs(post: Post, limits: Limits) -> list[str]:
    """Return the signs of a robot that a post has, in the order of ``WEIGHTS``."""
    age, links = post.form_age, len(_ADDRESS.findall(post.text))
    found = {
        "honeypot": bool(post.honeypot.strip()),
        "no_form": age is None,
        "too_fast": age is not None and age < FASTEST,
        "too_slow": age is not None and age > SLOWEST,
        "form_used": post.form_used,
        "same_text": post.same_text > 0,
        "prefix_limit": _over(post.from_prefix, limits.per_prefix),
        "email_limit": _over(post.from_email, limits.per_email),
        "site_limit": _over(post.on_site, limits.per_site),
        "links": links > limits.links,
        "link_in_name": bool(_ADDRESS.search(post.name)),
        "markup": bool(_MARKUP.search(post.text)),
        "some_link": links > 0,
        "no_cyrillic": not _CYRILLIC.search(post.text),
        "hasty": age is not None and age < HASTY,
    }
    return [name for name in WEIGHTS if found[name]]


def is_held(found: list[str]) -> bool:
    """Tell whether these signs are enough to let a post wait."""
    return sum(WEIGHTS[name] for name in found) >= THRESHOLD


def _over(number: int, limit: int) -> bool:
    return limit > 0 and number >= limit


def fingerprint(words: str) -> str:
    """Return what two texts share that differ in case, marks and spaces only."""
    return " ".join(_WORDS.findall(texts.folded(words)))


def prefix(address: str) -> str:
    """Return the network of an address: what one person hardly leaves.

    Of IPv4 the first 24 bits; of IPv6 the first 48, which a provider gives to one
    household (RFC 6177). What is no address has an empty prefix.
    """
    try:
        known = ipaddress.ip_address(address.strip())
    except ValueError:
        return ""
    mapped = getattr(known, "ipv4_mapped", None) or known
    bits = 24 if mapped.version == 4 else 48
    return str(ipaddress.ip_network(f"{mapped}/{bits}", strict=False))
