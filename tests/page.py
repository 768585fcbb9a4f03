"""A person with a browser that keeps no cookie and runs no script, checking all that it is shown.

visitor = Visitor(app)
page = visitor.open("/harbour-physio/")
page = page.follow("No preference").choose("9:15am")
page = page.press("Continue", name="Ada Whitcombe", phone="07700 900123", email="ada@x.example")
assert page.heading == "Check and book"

A link or button is named by its words, or, from a slash on, by where it leads: "/sooner".
Every answer is checked by :mod:`tests.site.page_rules`; a server error fails the test that did not
announce it with ``allow=500``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast
from urllib.parse import unquote_plus, urljoin, urlsplit

import html5lib
from werkzeug.datastructures import MultiDict

from tests.site.page_rules import check_headers, check_markup, name_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from xml.etree.ElementTree import Element

    from flask import Flask
    from werkzeug.test import TestResponse

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_BOXES = frozenset({"input", "textarea", "select"})
_TICKED = frozenset({"radio", "checkbox"})
_MOST_REDIRECTS = 5
_HOST = "http://localhost"


@dataclass(frozen=True)
class Link:
    """``name`` is what a screen reader says; ``text`` what stands there."""

    name: str
    text: str
    href: str


@dataclass(frozen=True)
class Button(Link):
    """``href`` is where it sends its form's answers; ``boxes`` names all that it could send."""

    fields: MultiDict[str, str]
    boxes: frozenset[str]


@dataclass
class Visitor:
    """Opens pages and sends forms. ``private`` are words that must never stand in a URL."""

    app: Flask
    private: tuple[str, ...] = ()
    headers: dict[str, str] = field(default_factory=dict[str, str])

    def open(self, url: str, *, allow: int = 200) -> Page:
        """Fetch a page as a link does."""
        return self._fetch("GET", url, None, allow)

    def send(self, url: str, answers: Mapping[str, str], *, allow: int = 200) -> Page:
        """Post answers as a form does."""
        return self._fetch("POST", url, answers, allow)

    def raw(self, method: str, url: str, **rest: object) -> TestResponse:
        """Send any request and return the bare answer, its headers checked."""
        for word in self.private:
            assert word not in unquote_plus(url), "a patient's word stands in a URL"
        client = self.app.test_client(use_cookies=False)
        answer = client.open(
            url,
            method=method,
            buffered=True,
            **{"headers": self.headers} | rest,  # pyright: ignore[reportArgumentType] - whatever werkzeug's builder takes
        )
        check_headers(answer)
        return answer

    def read(self, answer: TestResponse, url: str) -> Page:
        """Check a page that ``raw`` fetched."""
        return Page(self, answer, url)

    def _fetch(self, method: str, url: str, answers: Mapping[str, str] | None, allow: int) -> Page:
        for _ in range(_MOST_REDIRECTS):
            answer = self.raw(method, url, data=None if method == "GET" else answers)
            if answer.status_code not in _REDIRECTS:
                page = Page(self, answer, url)
                assert page.status == allow, f"{page.status}, not {allow}: {page.text}"
                return page
            url = urljoin(url, answer.headers["Location"]).removeprefix(_HOST)
            assert not urlsplit(url).netloc, f"led away to {url}"
            if answer.status_code not in {307, 308}:
                method = "GET"
        raise AssertionError(f"led round in circles, at last to {url}")


class Page:
    """One page as a person meets it, already checked."""

    def __init__(self, visitor: Visitor, answer: TestResponse, url: str) -> None:
        assert answer.mimetype == "text/html", f"{answer.mimetype} in place of a page"
        self.visitor = visitor
        self.url = url
        self.status = answer.status_code
        self.headers = answer.headers
        self.html = answer.get_data(as_text=True)
        parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
        self.root = cast("Element", parser.parse(self.html))
        self._boxes = [one for one in self.root.iter() if one.tag in _BOXES]
        self.parents = {child: parent for parent in self.root.iter() for child in parent}
        check_markup(self)

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def heading(self) -> str:
        return text_of(self._one("h1"))

    @property
    def title(self) -> str:
        return text_of(self._one("title"))

    @property
    def text(self) -> str:
        """All that is written on the page, in single spaces."""
        return text_of(self._one("body"))

    @property
    def problems(self) -> list[str]:
        """What the error summary lists."""
        return [text_of(item) for box in self.classed("trouble") for item in box.iter("li")]

    @property
    def links(self) -> list[Link]:
        return [
            Link(name_of(one), text_of(one), one.get("href", ""))
            for one in self.root.iter("a")
            if not self.is_hidden(one)
        ]

    @property
    def buttons(self) -> list[Button]:
        return [
            Button(
                name_of(one),
                text_of(one),
                self._target(one),
                MultiDict(self._values(self._boxes_of(one))),
                frozenset(box.get("name", "") for box in self._boxes_of(one)),
            )
            for one in self.root.iter("button")
            if not self.is_hidden(one)
        ]

    @property
    def fields(self) -> dict[str, str]:
        """Return every box's name and what stands in it, hidden ones too."""
        return dict(self._values(self._boxes))

    def ticked(self, name: str) -> list[str]:
        """Return the values that are ticked under this name."""
        return [value for found, value in self._values(self._boxes) if found == name]

    def error_at(self, name: str) -> str:
        """Return what is said beside a box, or above a set of them; empty where all is well."""
        for box in self._boxes:
            if box.get("name") == name:
                about = box if box.get("aria-invalid") else self.enclosing(box, "fieldset")
                ids = about.get("aria-describedby", "").split() if about is not None else []
                beside = (self.by_id(one) for one in ids)
                return " ".join(text_of(one) for one in beside if one.get("class") == "field-error")
        return ""

    def follow(self, name: str, *, allow: int = 200) -> Page:
        """Follow the link of that name, or that begins so."""
        return self.visitor.open(urljoin(self.url, _named(self.links, name).href), allow=allow)

    def press(
        self,
        words: str,
        answers: Mapping[str, str | list[str]] | None = None,
        /,
        *,
        allow: int = 200,
        **more: str | list[str],
    ) -> Page:
        """Fill in the form's boxes and press the button of that name, or that begins so.

        A list ticks just these of the boxes of that name.
        """
        button = cast("Button", _named(self.buttons, words))
        typed = {**(answers or {}), **more}
        unknown = typed.keys() - button.boxes
        assert not unknown, f"no box {unknown} in {sorted(button.boxes)}"
        url = urljoin(self.url, button.href)
        sent = MultiDict(button.fields)
        for name, value in typed.items():
            sent.setlist(name, [value] if isinstance(value, str) else value)
        return self.visitor.send(url, sent, allow=allow)

    def choose(self, name: str, *, allow: int = 200) -> Page:
        """Go on by the link or, where answers are carried along, the button of that name."""
        if _all_named(self.links, name):
            return self.follow(name, allow=allow)
        return self.press(name, allow=allow)

    def has(self, name: str) -> bool:
        """Say whether a link or button of that name is there."""
        return bool(_all_named([*self.links, *self.buttons], name))

    def classed(self, name: str) -> list[Element]:
        return [one for one in self.root.iter() if name in one.get("class", "").split()]

    def by_id(self, identity: str) -> Element:
        return next(one for one in self.root.iter() if one.get("id") == identity)

    def is_hidden(self, element: Element) -> bool:
        """Say whether screen readers and eyes are kept from it."""
        at: Element | None = element
        while at is not None:
            if at.get("aria-hidden") == "true" or "hidden" in at.attrib:
                return True
            at = self.parents.get(at)
        return False

    def form_of(self, element: Element) -> Element | None:
        """Return the form that an element belongs to, by its attribute or by where it stands."""
        if "form" in element.attrib:
            return self.by_id(element.attrib["form"])
        return self.enclosing(element, "form")

    def enclosing(self, element: Element, tag: str) -> Element | None:
        """Return the nearest element of that tag around this one."""
        at = self.parents.get(element)
        while at is not None and at.tag != tag:
            at = self.parents.get(at)
        return at

    def _boxes_of(self, button: Element) -> list[Element]:
        form = self.form_of(button)
        return [one for one in self._boxes if self.form_of(one) is form]

    def _values(self, elements: Iterable[Element]) -> Iterable[tuple[str, str]]:
        """Yield what a browser would send of these boxes, as they stand."""
        for one in elements:
            if one.tag == "textarea":
                yield one.get("name", ""), one.text or ""
            elif one.tag == "input" and (one.get("type") not in _TICKED or "checked" in one.attrib):
                yield one.get("name", ""), one.get("value", "")

    def _target(self, button: Element) -> str:
        form = self.form_of(button)
        assert form is not None, f"the button {text_of(button)!r} belongs to no form"
        return button.get("formaction", form.get("action", ""))

    def _one(self, tag: str) -> Element:
        return next(self.root.iter(tag))


def _all_named(choices: Iterable[Link], name: str) -> list[Link]:
    found = list(choices)
    if name.startswith("/"):
        return [one for one in found if urlsplit(one.href).path.endswith(name)]
    exact = [one for one in found if name in {one.name, one.text}]
    return exact or [one for one in found if one.name.startswith(name)]


def _named(choices: Iterable[Link], name: str) -> Link:
    among = list(choices)
    found = _all_named(among, name)
    assert found, f"{name!r} is not among {[one.name for one in among]}"
    assert len({one.href for one in found}) == 1, f"{name!r} may be any of {found}"
    return found[0]
