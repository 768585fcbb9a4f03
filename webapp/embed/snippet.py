"""Writes the lines that a host page takes: the snippet in both forms, and what its policy needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from markupsafe import escape

from webapp.embed.choices import Scheme, Show, Wanted

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Snippet:
    """What to copy. Every word that was typed stands in it as text, never as markup."""

    tag: str
    plain: str
    """The same for site builders that remove tags they do not know."""
    policy: tuple[str, str]
    """What a page with a Content-Security-Policy adds to it."""


def write_snippet(slug: str, wanted: Wanted, *, own_accent: str, links_begin: str) -> Snippet:
    """Return the lines for a practice. ``links_begin`` is the booking site's address."""
    settings = settings_of(wanted, own_accent=own_accent)
    link = f"{links_begin}{path_of(slug, wanted)}"
    site = origin_of(links_begin)
    script = f'<script async src="{escape(site)}/embed.js"></script>'
    inside = f'  <a href="{escape(link)}">{escape(wanted.words)}</a>'
    marked = {f"data-{name}": value for name, value in settings.items()}
    return Snippet(
        tag=_lines("openslot-booking", {"practice": slug} | settings, inside, script),
        plain=_lines("div", {"data-openslot": slug} | marked, inside, script),
        policy=(f"script-src {site}", f"frame-src {site}"),
    )


def settings_of(wanted: Wanted, *, own_accent: str) -> dict[str, str]:
    """Return the attributes that say what differs from how it is anyway."""
    settings: dict[str, str] = {}
    if wanted.show is not Show.INLINE:
        settings["show"] = wanted.show
    if wanted.scheme is not Scheme.AUTO:
        settings["theme"] = wanted.scheme
    # The floating button stands on the host's page, where nothing else says the colour.
    if wanted.accent != own_accent or wanted.show is Show.FLOATING:
        settings["accent"] = wanted.accent
    if wanted.staff:
        settings["staff"] = wanted.staff
    if wanted.room:
        settings["room"] = wanted.room
    return settings


def path_of(slug: str, wanted: Wanted) -> str:
    """Return the page that booking begins at, as the script finds it too."""
    if not wanted.staff and not wanted.room:
        return f"/{slug}/"
    asked = {"staff": wanted.staff or "any"}
    if wanted.room:
        asked["room"] = wanted.room
    return f"/{slug}/{'times' if wanted.room else 'where'}?{urlencode(asked)}"


def origin_of(url: str) -> str:
    """Return the scheme, host and port that a URL begins with."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _lines(tag: str, attributes: Mapping[str, str], inside: str, script: str) -> str:
    written = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return f"<{tag}{written}>\n{inside}\n</{tag}>\n{script}"
