"""Calls the practice's site, signed as Twilio signs: of a text's status, and of a reply.

Parameters and signature are those of Twilio's guides "Track the message status of outbound
messages", "Twilio's request to your incoming message webhook URL" and "Secure webhooks". Only
this machine is ever called. A connection that cannot be made is tried once more, as Twilio does by
default; whatever happens after that ends it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from webapp.reference.texts.account import ACCOUNT_SID, API_VERSION, AUTH_TOKEN
from webapp.reference.texts.messages import Status, Text, Told
from webapp.reference.texts.optout import read_wish

if TYPE_CHECKING:
    from collections.abc import Mapping

_RETRY = Retry(total=1, connect=1, read=0, redirect=0, status=0, other=0)
_CONNECT_SECONDS, _READ_SECONDS = 1.0, 5.0
_NO_DETAILS = ("City", "State", "Zip")
"""What Twilio looks up of either end and mostly does not know: sent empty, and signed empty."""


def tell_status(text: Text) -> Told | None:
    """Call the text's own callback URL; none where it has none."""
    if text.callback_url is None:
        return None
    parameters = {
        "MessageSid": text.sid,
        "MessageStatus": text.status.value,
        "SmsSid": text.sid,
        "SmsStatus": text.status.value,
        "AccountSid": ACCOUNT_SID,
        "From": text.sender,
        "To": text.to,
        "ApiVersion": API_VERSION,
    }
    if text.service_sid is not None:
        parameters["MessagingServiceSid"] = text.service_sid
    if text.error_code is not None:
        parameters["ErrorCode"] = str(text.error_code)
    if text.status in {Status.DELIVERED, Status.UNDELIVERED}:
        parameters["RawDlrDoneDate"] = f"{text.updated_at:%y%m%d%H%M}"
    return _post(text.callback_url, parameters, text.status)


def tell_reply(text: Text, url: str) -> Told:
    """Hand a text that came in from a phone to the site."""
    parameters = {
        "MessageSid": text.sid,
        "SmsSid": text.sid,
        "SmsMessageSid": text.sid,
        "SmsStatus": text.status.value,
        "AccountSid": ACCOUNT_SID,
        "From": text.sender,
        "To": text.to,
        "Body": text.body,
        "NumMedia": "0",
        "NumSegments": str(text.size.segments),
        "FromCountry": "GB",
        "ToCountry": "GB",
        "ApiVersion": API_VERSION,
    }
    parameters |= {end + detail: "" for end in ("From", "To") for detail in _NO_DETAILS}
    if text.service_sid is not None:
        parameters["MessagingServiceSid"] = text.service_sid
    wish = read_wish(text.body)
    if wish is not None:
        parameters["OptOutType"] = wish.value
    return _post(url, parameters, text.status)


def sign(url: str, parameters: Mapping[str, str]) -> str:
    """Return the ``X-Twilio-Signature`` of a POST: the URL, then each name and value by name."""
    signed = url + "".join(name + parameters[name] for name in sorted(parameters))
    digest = hmac.new(AUTH_TOKEN.encode(), signed.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def is_here(url: str) -> bool:
    """Say whether the URL is plain HTTP to this machine, the only one that is ever called."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        return parts.scheme == "http" and (
            host == "localhost" or ipaddress.ip_address(host).is_loopback
        )
    except ValueError:
        return False


def _post(url: str, parameters: Mapping[str, str], status: Status) -> Told:
    if not is_here(url):
        return Told(status, silence="the address is not on this machine")
    headers = {
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        "X-Twilio-Signature": sign(url, parameters),
        "User-Agent": "TwilioProxy/1.1",
        "Accept": "*/*",
    }
    with requests.Session() as session:
        session.trust_env = False
        session.mount("http://", HTTPAdapter(max_retries=_RETRY))
        try:
            with session.post(
                url,
                data=urlencode(parameters),
                headers=headers,
                timeout=(_CONNECT_SECONDS, _READ_SECONDS),
                allow_redirects=False,
                stream=True,
            ) as answer:
                return Told(status, answer=answer.status_code)
        except requests.RequestException:
            return Told(status, silence="nothing answered")
