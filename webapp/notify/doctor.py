"""Finds out whether mail and texts could go out. Sends none."""

from __future__ import annotations

import ipaddress
import smtplib
import ssl
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from webapp.config import Mode
from webapp.notify.smtp import MailServer
from webapp.practices.doctor import Finding, advice, well, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from webapp.config import Settings
    from webapp.practices.model import Practice


def examine_mail(settings: Settings) -> Iterator[Finding]:
    """Yield what came of connecting to the mail server, securing the line and logging in."""
    url = settings.smtp_url.get_secret_value()
    if not url:
        text = "OPENSLOT_SMTP_URL is not set, so nobody is sent any mail: give a mail server."
        yield wrong(text) if settings.mode is Mode.PRODUCTION else advice(text)
        return
    parts = urlsplit(url)
    try:
        # A port out of range is found only when it is asked for.
        where = f"{parts.hostname}:{parts.port}" if parts.port else f"{parts.hostname}"
    except ValueError:
        where = None
    if where is None or not parts.hostname:
        yield wrong(
            "OPENSLOT_SMTP_URL names no host, or no port that could be: write it like "
            "smtp+starttls://user:password@mail.example:587, with %40 for an @ in user or password."
        )
        return
    try:
        with MailServer(url).connected() as connection:
            connection.ehlo_or_helo_if_needed()
            could_be_secure = parts.scheme == "smtp" and connection.has_extn("starttls")
    except (smtplib.SMTPException, OSError) as error:
        yield wrong(_mend(where, error))
        return
    did = "lets us in" if parts.username else "answers"
    yield well(f"The mail server {where} {did}.")
    if parts.scheme == "smtp" and not _is_here(parts.hostname):
        mend = (
            "it offers STARTTLS, so begin OPENSLOT_SMTP_URL with smtp+starttls://."
            if could_be_secure
            else "ask its operator for an address with TLS (smtps:// or smtp+starttls://)."
        )
        yield advice(f"Mail to {where} travels where others can read it: {mend}")
    if not settings.mail_from and settings.mode is Mode.PRODUCTION:
        yield advice(
            "OPENSLOT_MAIL_FROM is not set, so mail comes from each practice's own address and may "
            f"be taken for spam: set it to one that {where} may send for, or have every "
            "practice's domain allow it (SPF, DKIM)."
        )


def examine_texts(settings: Settings, practices: Mapping[str, Practice]) -> Iterator[Finding]:
    """Yield whether patients can be texted, where a practice keeps an ASAP list."""
    with_a_list = [slug for slug, one in practices.items() if one.texts_itself]
    if not with_a_list:
        return
    url = settings.sms_url.get_secret_value()
    if url:
        yield well(f"Texts go out by {urlsplit(url).hostname}.")
        return
    text = (
        f"OPENSLOT_SMS_URL is not set, and asap.enabled is true in {with_a_list[0]}.toml, so "
        "nobody on an ASAP list is texted: give a text gateway, such as "
        "https://ACCOUNT:TOKEN@api.twilio.com/2010-04-01."
    )
    yield wrong(text) if settings.mode is Mode.PRODUCTION else advice(text)


def _mend(where: str, error: Exception) -> str:
    match error:
        case smtplib.SMTPAuthenticationError():
            return (
                f"The mail server {where} does not accept the user or password in "
                "OPENSLOT_SMTP_URL: compare them with your mail provider's, and write %40 for an @."
            )
        case smtplib.SMTPNotSupportedError():
            return (
                f"The mail server {where} does not offer what OPENSLOT_SMTP_URL asks for: without "
                "STARTTLS begin it with smtps:// or smtp://; without a login leave out the user."
            )
        case ssl.SSLCertVerificationError():
            return (
                f"The mail server {where} shows a certificate that is not for this name or that "
                "nobody vouches for: use the name in its certificate, or have it mended."
            )
        case ssl.SSLError():
            return (
                f"The mail server {where} does not speak TLS as asked: smtps:// is mostly for "
                "port 465, smtp+starttls:// for 587."
            )
        case OSError() if not isinstance(error, smtplib.SMTPException):
            return (
                f"No connection to the mail server {where}: check OPENSLOT_SMTP_URL, and that this "
                "server's firewall lets that port out."
            )
        case _:
            return (
                f"The mail server {where} broke off ({type(error).__name__}): check the port in "
                "OPENSLOT_SMTP_URL, and whether the server lets this machine in."
            )


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
