"""Says in plain words what keeps booking from a host's page, each with the mend."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from webapp.embed.origins import AddressUnreadable, Origin
from webapp.embed.policy import Policy, frame_block, parse_policies, script_block
from webapp.embed.reading import TAG
from webapp.practices.doctor import Finding, advice, well, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from webapp.embed.policy import Block
    from webapp.embed.reading import HostPage, Place, Script

_RUNS = frozenset({"", "text/javascript", "application/javascript", "application/x-javascript"})
_NEEDED = ("allow-scripts", "allow-same-origin", "allow-forms")
_LONGEST_QUOTE = 80
_PASTE = "copy the lines from the builder and paste them into the page as HTML"


@dataclass(frozen=True, slots=True)
class BookingSite:
    """Where booking is: the site's origin as ``https://host``, the practice, and all others."""

    origin: str
    slug: str
    slugs: Sequence[str]

    @property
    def script(self) -> str:
        return f"{self.origin}/embed.js"

    @property
    def page(self) -> str:
        return f"{self.origin}/{self.slug}/"


def judge(
    page: HostPage, headers: Sequence[tuple[str, str]], site: BookingSite
) -> tuple[Finding, ...]:
    """Return what was found on a page that came with these headers; the last sums it up."""
    sent = [
        one
        for name, value in headers
        if name.lower() == "content-security-policy"
        for one in parse_policies(value)
    ]
    policies = [*sent, *(one for text in page.policies for one in parse_policies(text))]
    upgrades = any("upgrade-insecure-requests" in one.directives for one in policies)
    found = [
        *_schemes(page, site, upgrades=upgrades),
        *_scripts(page, site, upgrades=upgrades),
        *_places(page, site),
        *_policies(page, policies, site),
        *_sandbox(sent),
        *_isolation(headers),
        *_links(page, site),
    ]
    if all(one.is_well or one.is_advice for one in found):
        found.append(well("All is well: this page can show booking."))
    return tuple(found)


def _schemes(page: HostPage, site: BookingSite, *, upgrades: bool) -> Iterator[Finding]:
    is_plain = urlsplit(site.origin).scheme == "http"
    if is_plain and urlsplit(page.url).scheme == "https" and not upgrades:
        yield wrong(
            f"The page is https, but the booking site is {site.origin}: browsers show nothing "
            "that comes by http in an https page. Put TLS in front of the booking site, and give "
            "its https:// address as OPENSLOT_BASE_URL."
        )


def _scripts(page: HostPage, site: BookingSite, *, upgrades: bool) -> Iterator[Finding]:
    ours = _our_scripts(page, site, upgrades=upgrades)
    if not ours:
        yield wrong(_no_script(page, site))
    elif any(one.kind in _RUNS for one in ours):
        yield well("The script is there.")
    elif any(one.kind == "module" for one in ours):
        yield wrong(
            'The script is loaded with type="module", in which it cannot tell where it came from: '
            "leave the type out."
        )
    else:
        yield wrong(
            f"The script has the type {_quoted(ours[0].kind)}, so browsers do not run it; cookie "
            "banners do this to scripts that they hold back. Booking sets no cookie: list the "
            "script as necessary there, or leave the type out."
        )


def _our_scripts(page: HostPage, site: BookingSite, *, upgrades: bool) -> list[Script]:
    def address(one: Script) -> str:
        url = one.url.partition("#")[0].partition("?")[0]
        is_lifted = upgrades and site.origin.startswith("https:") and url.startswith("http://")
        return "https" + url.removeprefix("http") if is_lifted else url

    return [one for one in page.scripts if address(one) == site.script]


def _no_script(page: HostPage, site: BookingSite) -> str:
    mend = f'it must read src="{site.script}".'
    ours = Origin.of(site.origin)
    for one in page.scripts:
        try:
            origin = Origin.of(one.url)
        except AddressUnreadable:
            continue
        name = urlsplit(one.url).path
        if origin.host == ours.host and origin != ours and name.endswith("embed.js"):
            return (
                f"The script is loaded from {origin}, which is not {site.origin}: browsers refuse "
                f"it, or what it shows. Where its address is written, {mend}"
            )
        if origin == ours and "embed" in name:
            return f"The script’s name is mistyped, {_quoted(name)}: {mend}"
        is_embed = name.rpartition("/")[2] == "embed.js"
        is_close = bool(get_close_matches(origin.host, [ours.host], cutoff=0.85))
        if is_embed and (is_close or any(place.practice == site.slug for place in page.places)):
            return f"The script is loaded from another site, {_quoted(origin.host)}: {mend}"
    return f"The script is missing: {_why_missing(page)}{_PASTE}, with the <script> line."


def _why_missing(page: HostPage) -> str:
    if page.is_in_a_comment:
        return "the lines stand in a comment (<!-- … -->), which browsers pass over; "
    if page.is_shown_as_text:
        return (
            "the lines are shown as text; use the editor’s “HTML” or “embed code” part in place "
            "of a text part; "
        )
    if page.frames:
        return (
            "some site builders put pasted HTML into a frame of their own, which this page has; "
            "use their “custom code” setting if they have one; "
        )
    return ""


def _places(page: HostPage, site: BookingSite) -> Iterator[Finding]:
    if not page.places:
        yield wrong(
            f"Nothing on the page says where booking goes: {_why_missing(page)}{_PASTE}. If the "
            f"builder of your site removed <{TAG}>, take the lines with <div data-openslot>."
        )
    named = list(dict.fromkeys(one.practice for one in page.places))
    for practice in named:
        if practice == site.slug:
            yield well(f"The place for booking is there, for {site.slug}.")
        else:
            yield wrong(_wrong_practice(practice, site))


def _wrong_practice(practice: str, site: BookingSite) -> str:
    if not practice:
        return f'A place for booking names no practice: write practice="{site.slug}" into its tag.'
    if practice in site.slugs:
        return (
            f"A place for booking names another practice, {_quoted(practice)}: its patients would "
            f"be booked there. For this one write {_quoted(site.slug)}."
        )
    close = get_close_matches(practice.lower(), [site.slug, *site.slugs], n=1, cutoff=0.7)
    meant = f"did you mean {_quoted(close[0])}?" if close else f"write {_quoted(site.slug)}."
    return f"A place for booking names {_quoted(practice)}, which is no practice here: {meant}"


def _policies(page: HostPage, policies: Sequence[Policy], site: BookingSite) -> Iterator[Finding]:
    if not policies:
        return
    nonces = [one.nonce for one in page.scripts if one.url == site.script] or [""]
    scripts, frames = set[str](), set[str]()
    for policy in policies:
        blocks = [script_block(policy, site.script, page=page.url, nonce=nonce) for nonce in nonces]
        if all(blocks) and blocks[0] is not None:
            scripts.add(_script_refused(blocks[0], site))
        frame = frame_block(policy, site.page, page=page.url)
        if frame is not None:
            frames.add(_refused("frame", frame, "frame-src", site))
    for text in sorted(scripts) + sorted(frames):
        yield wrong(text)
    if not scripts and not frames:
        yield well("The page’s Content-Security-Policy lets the script and the frame in.")


def _script_refused(block: Block, site: BookingSite) -> str:
    if block.is_strict_dynamic:
        return (
            "The page’s Content-Security-Policy keeps the script out: with 'strict-dynamic' "
            f"browsers pass over the addresses in {block.directive}. Give the <script> tag the "
            'nonce that the page gives its own scripts (nonce="…").'
        )
    return _refused("script", block, "script-src", site)


def _refused(what: str, block: Block, wanted: str, site: BookingSite) -> str:
    begin = f"The page’s Content-Security-Policy keeps the {what} out: "
    if block.directive == "default-src":
        return (
            f"{begin}it has no {wanted}, so default-src decides. Add {wanted} with what "
            f"default-src lists and {site.origin}."
        )
    if not block.sources or "'none'" in (one.lower() for one in block.sources):
        return f"{begin}{block.directive} lets nothing in. Make it {block.directive} {site.origin}."
    return f"{begin}add {site.origin} to {block.directive}."


def _sandbox(sent: Sequence[Policy]) -> Iterator[Finding]:
    for policy in sent:
        given = policy.directives.get("sandbox")
        missing = [one for one in _NEEDED if given is not None and one not in given]
        if missing:
            yield wrong(
                "The page’s Content-Security-Policy puts it into a sandbox in which booking "
                f"cannot work: add {', '.join(missing)} to sandbox, or leave sandbox out."
            )


def _isolation(headers: Sequence[tuple[str, str]]) -> Iterator[Finding]:
    for name, value in headers:
        kind = value.partition(";")[0].strip().lower()
        if name.lower() == "cross-origin-embedder-policy" and kind in {
            "require-corp",
            "credentialless",
        }:
            yield wrong(
                "The page is sent with Cross-Origin-Embedder-Policy, under which browsers show no "
                "frame of another site: leave that header out on this page."
            )


def _links(page: HostPage, site: BookingSite) -> Iterator[Finding]:
    ours = [one for one in page.places if one.practice == site.slug]
    for place in ours:
        if not place.links:
            yield _no_link(place, site)
        elif not any(_leads_to_booking(one, site) for one in place.links):
            yield advice(
                "The link inside the place for booking leads elsewhere; it is what stays where no "
                f"frame can be shown. Let it lead to {site.page}."
            )


def _no_link(place: Place, site: BookingSite) -> Finding:
    if place.opens:
        return advice(
            "The dialog is opened by a button that does nothing where scripts do not run: make "
            f'it a link, <a href="{site.page}" data-openslot-dialog="{site.slug}">.'
        )
    return wrong(
        "The place for booking has no link inside, so where no frame can be shown visitors find "
        f'nothing: put <a href="{site.page}">Book online</a> into it.'
    )


def _leads_to_booking(url: str, site: BookingSite) -> bool:
    return url == site.page.rstrip("/") or url.startswith((site.page, site.page[:-1] + "?"))


def _quoted(text: str) -> str:
    """Return what a page says fit for ours: short, and nothing but signs that can be seen."""
    seen = "".join(one for one in text if one.isprintable())
    return f"“{seen[:_LONGEST_QUOTE]}{'…' if len(seen) > _LONGEST_QUOTE else ''}”"
