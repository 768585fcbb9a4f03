"""Programs that open links before people do: nobody has looked when one of them has. Pure."""

from __future__ import annotations

import re

_PROGRAMS = re.compile(
    r"(?<!cu)bot\b|crawler|spider|preview|scanner|slurp|facebookexternalhit|whatsapp|telegram|skypeuri"
    r"|slack-imgproxy|discord|proofpoint|mimecast|barracuda|safelinks|urldefense|trendmicro"
    r"|symantec|headlesschrome|curl|wget|python-|go-http-client|java/|okhttp|libwww|httpclient"
    r"|google-safety|virustotal|cloudflare|ms-office|outlook-|zgrab|censys",
    re.IGNORECASE,
)
"""Marks that link previews, mail and text scanners, and tools leave in their User-Agent.

A Cubot is a phone.
"""
_AHEAD = frozenset({"prefetch", "preview", "prerender"})


def is_a_person(user_agent: str, purpose: str) -> bool:
    """Say whether a request may be a person's, by what it says of itself.

    ``purpose`` is that of ``Sec-Purpose`` or ``Purpose``: a browser that fetches ahead says so.
    """
    if not user_agent or _PROGRAMS.search(user_agent):
        return False
    return not any(word in purpose.lower() for word in _AHEAD)
