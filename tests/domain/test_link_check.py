"""Which addresses may be asked, and what is said of those that fail."""

import pytest

from ckanext.opendata_ua.domain import link_check
from ckanext.opendata_ua.domain.findings import Severity

CLOSED = (
    *("127.0.0.1", "127.1.2.3", "0.1.2.3", "10.0.0.1", "10.255.255.255"),
    *("172.16.0.1", "172.31.255.255", "192.168.0.1", "192.168.255.255"),
    *("169.254.0.1", "169.254.169.254", "100.64.0.1", "100.127.255.255"),
    *("192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9"),
    *("192.88.99.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "fec0::1"),
    *("ff02::1", "ff0e::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8"),
    *("::127.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1"),
    *("64:ff9b:1::1", "2001::1", "2001:db8::1", "2002:7f00:1::1", "2002:a00:1::"),
    *("100::1", "5f00::1", "3fff::1", "2001:10::1", "2001:20::1"),
    *("localhost", "", "127.1", "0x7f000001", "2130706433", "017700000001"),
)
OPEN = ("8.8.8.8", "1.1.1.1", "91.198.36.14", "2606:4700:4700::1111", "2a00:1450::1")


@pytest.mark.parametrize("address", CLOSED)
def test_what_is_not_the_public_internet_is_not_asked(address: str) -> None:
    assert not link_check.may_be_asked(address)


@pytest.mark.parametrize("address", OPEN)
def test_what_is_the_public_internet_may_be_asked(address: str) -> None:
    assert link_check.may_be_asked(address)


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("https://rada.example/a.csv", ""),
        ("HTTP://rada.example:8080", ""),
        ("ftp://rada.example/a", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("gopher://127.0.0.1:6379/_INFO", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("//rada.example/a", "scheme"),
        ("https:///a", "scheme"),
        ("https://rada.example:0/a", "scheme"),
        ("https://rada.example:99999/a", "scheme"),
        ("https://[::1/a", "scheme"),
        ("https://user:word@rada.example/a", "password"),
        ("https://rada.example@127.0.0.1/", "password"),
    ],
)
def test_only_plain_addresses_are_looked_up(address: str, fault: str) -> None:
    assert link_check.fault_of(address) == fault


@pytest.mark.parametrize("code", link_check.FAULTS)
def test_each_fault_has_words_that_can_be_filled(code: str) -> None:
    (found,) = link_check.findings(code, {"status": 404}, "https://a/", {"x": "y"})
    assert found.code == f"link.{code}"
    assert found.message.format(**found.values)
    assert found.next_step.format(**found.values)
    assert found.place == {"x": "y"}


def test_what_leads_into_closed_networks_stands_in_the_way() -> None:
    (found,) = link_check.findings("address", {}, "http://10.0.0.1/", {})
    assert found.severity is Severity.BLOCKING


def test_a_link_without_a_fault_is_not_mentioned() -> None:
    assert list(link_check.findings("", {}, "https://a/", {})) == []


@pytest.mark.parametrize("code", ["", *link_check.FAULTS])
def test_a_link_is_broken_when_readers_do_not_get_the_file(code: str) -> None:
    assert link_check.is_broken(code) == (code not in ("", "large"))


@pytest.mark.parametrize(
    ("address", "readable"),
    [
        ("https://рада.укр/дані.csv", True),
        ("rada.example/a.csv", True),
        ("http://[::1]/a.csv", True),
        ("http://[::1", False),
        ("[::1", False),
        ("http://rada.example/a\r\nX: 1", False),
        (7, False),
        ({"a": 1}, False),
    ],
)
def test_an_address_that_cannot_be_taken_apart_is_told(
    address: object, readable: bool
) -> None:
    assert link_check.is_readable(address) is readable
