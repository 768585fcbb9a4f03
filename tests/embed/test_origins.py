from __future__ import annotations

import pytest

from webapp.embed.addresses import may_be_asked
from webapp.embed.origins import (
    AddressUnreadable,
    NotListed,
    Origin,
    listed_origin,
    read_address,
)

LISTED = ("https://www.harbour.example", "http://localhost:8790")


@pytest.mark.parametrize(
    "url",
    [
        "https://www.harbour.example",
        "https://WWW.Harbour.Example:443/book?a=b#c",
        "https://www.harbour.example./",
        "http://localhost:8790/inline",
        read_address(" www.harbour.example/book "),
    ],
)
def test_a_page_of_a_listed_site(url: str) -> None:
    assert str(listed_origin(url, LISTED)) in LISTED


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://harbour.example/", "https://www.harbour.example is, which differs by www."),
        ("http://www.harbour.example/", "which differs in http and https."),
        ("https://www.harbour.example:8443/", "which differs in the port."),
        ("http://harbour.example/", "which differs by www and in http and https."),
        ("http://localhost/", "http://localhost:8790 is, which differs in the port."),
        ("https://www.harbor.example/", "which differs in its name."),
        ("https://elsewhere.example/", "or give a page of a site that is listed."),
        ("https://www.harbour.example.evil.example/", "is not among the sites"),
        ("https://169.254.169.254/", "is not among the sites"),
    ],
)
def test_a_page_of_another_site_and_which_was_meant(url: str, said: str) -> None:
    with pytest.raises(NotListed) as caught:
        listed_origin(url, LISTED)
    assert said in str(caught.value)
    assert f'add "{Origin.of(url)}" to origins under [embed]' in str(caught.value)


def test_no_site_is_listed() -> None:
    with pytest.raises(NotListed, match="No site is listed"):
        listed_origin("https://www.harbour.example", ())


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://",
        "file:///etc/passwd",
        "ftp://www.harbour.example/",
        "javascript://www.harbour.example/%0aalert(1)",
        "https://user:secret@www.harbour.example/",
        "https://www.harbour.example:port/",
        "https://www.harbour.example:99999/",
        "https://[::1/",
        f"https://{'a' * 70}.example/",
        "https://www..example/",
    ],
)
def test_what_is_no_address_of_a_page(url: str) -> None:
    with pytest.raises(AddressUnreadable, match="address bar"):
        listed_origin(url, LISTED)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.169.254", "0.0.0.0",  # noqa: S104 - refused
        "100.64.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1",
        "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1",
        "2002:7f00:1::", "2001:0:7f00:1::", "", "localhost", "127.1",
    ],
)  # fmt: skip
def test_no_address_but_a_public_one_is_asked(address: str) -> None:
    assert not may_be_asked(address, may_ask_itself=False)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:4700::1111", "64:ff9b::5db8:d70e"])
def test_a_public_address_is_asked(address: str) -> None:
    assert may_be_asked(address, may_ask_itself=False)
    assert may_be_asked(address, may_ask_itself=True)


def test_a_developer_may_ask_this_machine_and_no_other_private_one() -> None:
    assert may_be_asked("127.0.0.1", may_ask_itself=True)
    assert may_be_asked("::1", may_ask_itself=True)
    assert not may_be_asked("10.0.0.1", may_ask_itself=True)
    assert not may_be_asked("0.0.0.0", may_ask_itself=True)  # noqa: S104 - refused
