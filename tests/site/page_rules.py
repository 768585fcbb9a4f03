"""What must hold for every answer and every page, whatever it is about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from werkzeug.test import TestResponse

    from tests.page import Page
    from webapp.practices.model import Practice

_POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "script-src": "'self'",
    "connect-src": "'self'",
    "img-src": "'self' data:",
    "form-action": "'self'",
    "base-uri": "'none'",
}
_STATIC = re.compile(r"/static/[0-9a-f]{12}/")
_OURS = re.compile(r"traceback|openslot|physiodiary|jinja|werkzeug|sqlalchemy", re.IGNORECASE)
_IDS = ("for", "aria-describedby", "aria-labelledby", "aria-controls", "form")


def text_of(element: Element) -> str:
    """Return what is written in it, in single spaces."""
    return " ".join("".join(element.itertext()).split())


def name_of(element: Element) -> str:
    """Return what a screen reader calls it."""
    return element.get("aria-label") or text_of(element)


def check_headers(answer: TestResponse) -> None:
    """No cookie, and the same safe headers on everything but the files in front of the app."""
    headers = answer.headers
    assert "Set-Cookie" not in headers, "a cookie"
    assert "Vary" not in headers or "Cookie" not in headers["Vary"], "it looks at cookies"
    if _STATIC.match(answer.request.path):
        return
    policy = [part.strip().partition(" ") for part in headers["Content-Security-Policy"].split(";")]
    parts = {name: sources for name, _, sources in policy}
    ancestors = parts.pop("frame-ancestors")
    if re.fullmatch(r"/[a-z-]+/embed(/doctor)?", answer.request.path):
        # The builder shows the site's own pages live.
        assert parts.pop("frame-src", "'self'") == "'self'"
    assert parts == _POLICY, "the content security policy"
    assert ancestors, "who may frame it is left open"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] in {"same-origin", "no-referrer"}
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cache-Control"], "how long it may be kept is left open"


def check_markup(page: Page) -> None:
    """A page that every browser and screen reader can use, and that asks nobody else."""
    root = page.root
    assert root.get("lang"), "no language"
    assert len(list(root.iter("h1"))) == 1, "not exactly one h1"
    assert page.heading, "an empty heading"
    assert page.title, "no title"
    # What a web designer copies names the widget's own tag.
    text = re.sub(r"data-openslot|</?openslot-booking", "", page.text)
    assert not _OURS.search(text), f"our own matters on a page: {page.text}"
    _check_ids(root)
    _check_boxes(page)
    _check_links(root)
    for one in root.iter():
        assert one.tag != "style", "an inline style"
        assert one.tag != "iframe", "a frame"
        if one.tag == "script":
            assert one.get("src"), "an inline script"
            assert not text_of(one), "an inline script"
        for attribute in one.attrib:
            assert attribute != "style", f"an inline style on {one.tag}"
            assert not attribute.startswith("on"), f"{attribute} on {one.tag}"
    for one in page.buttons:
        assert one.name, "a button without a name"
    _check_practice(page)


def _check_ids(root: Element) -> None:
    ids = [one.attrib["id"] for one in root.iter() if "id" in one.attrib]
    assert len(ids) == len(set(ids)), f"an id twice among {ids}"
    forms = {one.get("id") for one in root.iter("form")}
    for one in root.iter():
        for attribute in _IDS:
            for wanted in one.get(attribute, "").split():
                assert wanted in ids, f"{attribute} names {wanted}, which is not there"
        if "form" in one.attrib:
            assert one.attrib["form"] in forms, f"form={one.attrib['form']} is no form"
        href = one.get("href", "")
        assert not href.startswith("#") or href[1:] in ids, f"{href} leads nowhere"


def _check_boxes(page: Page) -> None:
    boxes = {
        one
        for one in page.root.iter()
        if one.tag in {"input", "textarea", "select"} and one.get("type") != "hidden"
    }
    labelled: set[str] = set()
    for label in page.root.iter("label"):
        inside = [one for one in label.iter() if one in boxes]
        named = [inside[0].get("id", "")] if len(inside) == 1 else []
        named = [label.attrib["for"]] if "for" in label.attrib else named
        assert any(one.get("id") in named for one in boxes), "a label for no box"
        assert text_of(label), "an empty label"
        labelled.update(named)
    for box in boxes:
        assert box.get("id") in labelled, f"the box {box.get('name')} has no label"
        assert page.form_of(box) is not None, f"the box {box.get('name')} is in no form"
        if sum(one.get("name") == box.get("name") for one in boxes) > 1:
            group = page.enclosing(box, "fieldset")
            assert group is not None, f"the boxes {box.get('name')} belong to nothing"
            assert text_of(next(group.iter("legend"))), f"the boxes {box.get('name')} ask nothing"


def _check_links(root: Element) -> None:
    for one in root.iter():
        for attribute in ("src", "href", "action", "formaction", "srcset", "poster", "data"):
            url = one.get(attribute)
            if url is None:
                continue
            parts = urlsplit(url)
            assert parts.scheme in {"", "https", "tel", "mailto", "data"}, f"it links to {url}"
            assert parts.scheme != "data" or one.tag == "link", f"it links to {url}"
            if parts.netloc:
                assert one.tag == "a", f"{one.tag} loads from {parts.netloc}"
                assert "noreferrer" in one.get("rel", "").split(), f"{url} learns whence"
        if one.tag == "a":
            assert one.get("href"), "a link to nowhere"
            assert name_of(one), "a link without a name"


def _check_practice(page: Page) -> None:
    """A practice's pages name it, give its telephone number, and never its key."""
    practices: dict[str, Practice] = page.visitor.app.extensions["openslot_practices"]
    for practice in practices.values():
        assert practice.diary.secret.get_secret_value() not in page.html, "the key on a page"
    practice = practices.get(page.path.split("/")[1])
    if page.path.startswith("/a/") and page.status not in {404, 405}:
        # An offer's address names no practice; its page does.
        practice = next(one for one in practices.values() if page.title.endswith(one.name))
    if practice is None:
        return
    assert practice.phone in page.text, "no telephone number"
    assert any(one.href == f"tel:{practice.phone_link}" for one in page.links), "no way to ring"
    assert page.title.endswith(practice.name), "the title does not name the practice"
