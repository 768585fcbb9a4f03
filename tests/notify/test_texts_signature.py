"""Who calls our address back is the gateway, or is nobody."""

from __future__ import annotations

import base64
import hashlib
import hmac
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.notify.texts import TextGateway

URL = "https://book.example/texts/status?offer=7"
FORM = {"To": "+447700900123", "MessageStatus": "delivered", "MessageSid": "SM1", "ErrorCode": ""}
TOKEN = "12345"
GATEWAY = TextGateway(f"https://AC1:{TOKEN}@api.twilio.com/2010-04-01")


def signature(url: str, form: dict[str, str], token: str = TOKEN) -> str:
    """What the guide to secure webhooks says it is, worked out apart from our client."""
    names = list(form)
    names.sort()
    assert all(one < other for one, other in pairwise(names))
    message = bytearray(url, "utf-8")
    for name in names:
        message += name.encode("utf-8")
        message += form[name].encode("utf-8")
    digest = hmac.digest(token.encode("utf-8"), bytes(message), hashlib.sha1)
    return base64.standard_b64encode(digest).decode("ascii")


def test_the_example_of_the_vendors_guide_holds():
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert GATEWAY.is_signed("RSOYDt4T1cUTdK1PDd93/VVr8B8=", url, form)


@given(st.dictionaries(st.text("ABCabc", min_size=1, max_size=8), st.text(max_size=20), max_size=8))
def test_any_form_that_the_gateway_signed_is_its_own(form: dict[str, str]):
    assert GATEWAY.is_signed(signature(URL, form), URL, form)
    assert GATEWAY.is_signed(signature(URL, form), URL, dict(reversed(form.items())))


@pytest.mark.parametrize(
    ("url", "form"),
    [
        ("https://book.example/texts/status?offer=8", FORM),
        ("http://book.example/texts/status?offer=7", FORM),
        ("https://book.example/texts/status", FORM),
        (URL, FORM | {"MessageStatus": "failed"}),
        (URL, FORM | {"More": "x"}),
        (URL, {name: value for name, value in FORM.items() if name != "MessageSid"}),
        (URL, {}),
    ],
)
def test_what_was_changed_on_the_way_is_not(url: str, form: dict[str, str]):
    right = signature(URL, FORM)
    assert GATEWAY.is_signed(right, URL, FORM)
    assert not GATEWAY.is_signed(right, url, form)


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "AAAA",
        signature(URL, FORM, token="54321"),
        signature(URL, FORM)[:-1],
        signature(URL, FORM).lower(),
        "\xe9\xff" * 14,
    ],
)
def test_nor_is_what_somebody_else_signed(wrong: str):
    assert not GATEWAY.is_signed(wrong, URL, FORM)
