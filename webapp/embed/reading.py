"""Reads of a host's page what matters to the snippet: scripts, places, links, policies."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Sequence

TAG = "openslot-booking"
_INERT = frozenset({"template", "noscript"})
_TRACES = (TAG, "data-openslot", "embed.js")
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)

_Attributes = dict[str, str]


@dataclass(frozen=True, slots=True)
class Script:
    """A script that is loaded from a file. ``url`` is whole; empty where it cannot be read."""

    url: str
    written: str
    nonce: str = ""
    kind: str = ""
    """Its type attribute, in lower case."""


@dataclass(slots=True)
class Place:
    """An element that asks for booking. ``opens`` is a button or link that opens the dialog."""

    tag: str
    practice: str
    links: list[str] = field(default_factory=list[str])
    opens: bool = False


@dataclass(frozen=True, slots=True)
class HostPage:
    """What was read of a page at ``url``; ``policies`` are those of its meta elements."""

    url: str
    scripts: Sequence[Script]
    places: Sequence[Place]
    policies: Sequence[str]
    frames: Sequence[str]
    """Whence the page's own frames come."""
    is_in_a_comment: bool
    is_shown_as_text: bool


def read_page(html: str, url: str) -> HostPage:
    """Read a page, however broken it is."""
    parser = _Parser(url)
    parser.feed(html)
    parser.close()
    return HostPage(
        url=url,
        scripts=parser.scripts,
        places=parser.places,
        policies=parser.policies,
        frames=parser.frames,
        is_in_a_comment=parser.is_in_a_comment,
        is_shown_as_text=parser.is_shown_as_text,
    )


class _Parser(HTMLParser):
    def __init__(self, url: str) -> None:
        super().__init__(convert_charrefs=True)
        self.scripts: list[Script] = []
        self.places: list[Place] = []
        self.policies: list[str] = []
        self.frames: list[str] = []
        self.is_in_a_comment = False
        self.is_shown_as_text = False
        self._base = url
        self._has_base = False
        self._open: list[tuple[str, Place | None]] = []
        self._inert = 0
        self._is_code = False

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given: _Attributes = {}
        for name, value in attrs:
            given.setdefault(name, value or "")
        self._is_code = tag in {"script", "style"}
        if tag in _INERT:
            self._inert += 1
        elif not self._inert:
            self._note(tag, given)
        if tag not in _VOID:
            place = self.places[-1] if self._is_place(tag, given) and not self._inert else None
            self._open.append((tag, place))

    @override
    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # As browsers do: a slash closes nothing in HTML.
        self.handle_starttag(tag, attrs)

    @override
    def handle_endtag(self, tag: str) -> None:
        self._is_code = False
        if tag in _INERT:
            self._inert = max(0, self._inert - 1)
        if any(one == tag for one, _ in self._open):
            while self._open.pop()[0] != tag:
                pass

    @override
    def handle_data(self, data: str) -> None:
        if not self._is_code and ("<" + TAG in data or "data-openslot=" in data):
            self.is_shown_as_text = True

    @override
    def handle_comment(self, data: str) -> None:
        if any(trace in data for trace in _TRACES):
            self.is_in_a_comment = True

    @staticmethod
    def _is_place(tag: str, given: _Attributes) -> bool:
        return tag == TAG or "data-openslot" in given or "data-openslot-dialog" in given

    def _note(self, tag: str, given: _Attributes) -> None:
        if tag == "base" and given.get("href") and not self._has_base:
            self._base = self._whole(given["href"]) or self._base
            self._has_base = True
        elif tag == "script" and given.get("src"):
            self._note_script(given)
        elif tag == "meta" and given.get("http-equiv", "").lower() == "content-security-policy":
            self.policies.append(given.get("content", ""))
        elif tag == "iframe":
            self.frames.append(self._whole(given.get("src", "")))
        if tag == "a" and given.get("href"):
            for _, place in self._open:
                if place is not None:
                    place.links.append(self._whole(given["href"]))
        if self._is_place(tag, given):
            self._note_place(tag, given)

    def _note_script(self, given: _Attributes) -> None:
        self.scripts.append(
            Script(
                url=self._whole(given["src"]),
                written=given["src"].strip(),
                nonce=given.get("nonce", ""),
                kind=given.get("type", "").strip().lower(),
            )
        )

    def _note_place(self, tag: str, given: _Attributes) -> None:
        if "data-openslot-dialog" in given:
            own = [self._whole(given["href"])] if given.get("href") else []
            self.places.append(Place(tag, given["data-openslot-dialog"], own, opens=True))
        else:
            practice = given.get("practice", "") or given.get("data-openslot", "")
            self.places.append(Place(tag, practice.strip()))

    def _whole(self, url: str) -> str:
        try:
            return urljoin(self._base, url.strip())
        except ValueError:
            return ""
