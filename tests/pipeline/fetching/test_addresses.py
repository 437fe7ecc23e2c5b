from ipaddress import ip_address

import pytest

from pipeline.fetching import Blocked
from pipeline.fetching.addresses import check_url, is_public, literal, refusal

PUBLIC = ["93.184.216.34", "8.8.8.8", "2606:4700:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8", "2002:808:808::1"]
OWN = [
    "127.0.0.1",
    "127.9.9.9",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "::1",
    "fd00::1",
    "::ffff:10.0.0.1",
]
NEVER = [
    "0.0.0.0",
    "169.254.169.254",
    "fe80::1",
    "224.0.0.1",
    "ff02::1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "2002:a9fe:a9fe::1",
    "fec0::1",
]

SPECIAL = ["192.0.0.8", "192.0.0.192", "192.88.99.1", "3fff::1"]


@pytest.mark.parametrize("text", PUBLIC)
def test_public_addresses_are_open(text):
    assert is_public(ip_address(text))
    assert refusal(ip_address(text), allow_private=False) == ""


@pytest.mark.parametrize(
    "text", [*OWN, *NEVER, "::7f00:1", "64:ff9b::7f00:1", "64:ff9b:1::7f00:1", "192.0.2.1", *SPECIAL]
)
def test_other_addresses_are_not_public(text):
    assert not is_public(ip_address(text))
    assert "not a public address" in refusal(ip_address(text), allow_private=False)


@pytest.mark.parametrize("text", OWN)
def test_own_network_opens_on_demand(text):
    assert refusal(ip_address(text), allow_private=True) == ""


@pytest.mark.parametrize("text", NEVER)
def test_metadata_and_reserved_stay_closed(text):
    assert refusal(ip_address(text), allow_private=True) != ""


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("2130706433", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("[::1]", "::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("0", "0.0.0.0"),
    ],
)
def test_spelled_addresses_are_recognised(host, address):
    assert literal(host) == ip_address(address)


def test_names_are_no_addresses():
    assert literal("example.com") is None
    assert literal("localhost") is None


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ftp://example.com/a", "scheme 'ftp'"),
        ("file:///etc/passwd", "scheme 'file'"),
        ("gopher://example.com", "scheme 'gopher'"),
        ("//example.com/a", "scheme '(none)'"),
        ("http://user:pw@example.com/", "user name or password"),
        ("http://user@example.com/", "user name or password"),
        ("http:///path", "names no host"),
        ("http://[::1", "not a URL"),
        ("http://example.com:99999/", "not a URL"),
    ],
)
def test_odd_urls_are_blocked(url, why):
    with pytest.raises(Blocked, match=why.replace("(", r"\(").replace(")", r"\)")) as caught:
        check_url(url)
    assert "pw" not in str(caught.value)
