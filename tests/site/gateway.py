"""Speaks to the site as the text gateway does, which signs what it says."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING

from tests.reference_texts import AUTH_TOKEN
from tests.site.asap import ADAS_PHONE, SENDER, the_offer
from tests.site.own import BASE

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.site.ground import Site

STATUS, INBOUND = "/texts/status", "/texts/inbound"


def sign(url: str, form: dict[str, str], token: str = AUTH_TOKEN) -> str:
    """Sign as Twilio documents it: the whole address, then each field by its name."""
    text = url + "".join(f"{name}{form[name]}" for name in sorted(form))
    return base64.b64encode(
        hmac.digest(token.encode(), text.encode(), hashlib.sha1),
    ).decode()


def tell(
    site: Site, path: str, form: dict[str, str], *, signature: str | None = None
) -> TestResponse:
    """Post a form as the gateway does."""
    signature = sign(BASE + path, form) if signature is None else signature
    return site.visitor.raw(
        "POST", path, data=form, headers={"X-Twilio-Signature": signature} if signature else {}
    )


def receipt(site: Site, sid: str, status: str, **more: str) -> TestResponse:
    answer = tell(site, its_address(site), {"MessageSid": sid, "MessageStatus": status, **more})
    assert answer.status_code == 200
    return answer


def its_address(site: Site) -> str:
    return f"{STATUS}?offer={the_offer(site).id}"


def write(site: Site, words: str, **more: str) -> TestResponse:
    form = {"From": ADAS_PHONE, "To": SENDER, "Body": words, **more}
    answer = tell(site, INBOUND, form)
    assert answer.status_code == 200
    return answer
