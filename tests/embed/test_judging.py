"""What the doctor says of a page: one mistake a page, each with its mend."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.embed.hosts import LINK, SCRIPT, SITE, TAG, WELL, judged, policy, wrongs


@pytest.mark.parametrize(
    "body",
    [
        WELL,
        f'<div data-openslot="harbour-physio" data-show="dialog">{LINK}</div>{SCRIPT}',
        LINK.replace("<a", '<a data-openslot-dialog="harbour-physio"') + SCRIPT,
        TAG + '<script src="https://book.example/embed.js?v=2" type="text/javascript"></script>',
        f"<p><b><openslot-booking practice=harbour-physio><p>{LINK}{SCRIPT}",
        TAG.replace("harbour-physio/", "harbour-physio/where?staff=1") + SCRIPT,
        TAG.upper()
        .replace("HARBOUR-PHYSIO", "harbour-physio")
        .replace("HTTPS://BOOK", "https://book")
        .replace(".EXAMPLE", ".example")
        + SCRIPT,
        f'<base href="https://book.example/">{TAG}<script src="embed.js"></script>',
    ],
)
def test_a_page_with_the_lines_is_well(body: str) -> None:
    found = judged(body)
    assert all(one.is_well for one in found), found
    assert found[-1].text == "All is well: this page can show booking."


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("", "The script is missing"),
        (SCRIPT.replace("book.example", "bok.example"), "from another site, “bok.example”"),
        (SCRIPT.replace("book.example", "cdn.example"), "from another site, “cdn.example”"),
        (SCRIPT.replace("embed.js", "embedd.js"), "mistyped, “/embedd.js”"),
        (SCRIPT.replace("embed.js", "static/embed.js"), "mistyped, “/static/embed.js”"),
        (SCRIPT.replace("https:", "http:"), "from http://book.example, which is not https://"),
        (SCRIPT.replace("example/", "example:8443/"), "from https://book.example:8443, which is"),
        (SCRIPT.replace("async", 'type="module"'), "leave the type out"),
        (SCRIPT.replace("async", 'type="text/plain"'), "cookie banners do this"),
        (f"<!-- {SCRIPT} -->", "in a comment"),
        (f"<noscript>{SCRIPT}</noscript>", "The script is missing"),
        (f"<template>{SCRIPT}</template>", "The script is missing"),
        ('<script src="http://[broken"></script>', "The script is missing"),
    ],
)
def test_a_script_that_is_not_ours(script: str, said: str) -> None:
    [text] = wrongs(TAG + script)
    assert said in text
    assert "https://book.example/embed.js" in text or "type" in text or "lines" in text


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("", "Nothing on the page says where booking goes"),
        ("<p>&lt;openslot-booking practice=&quot;x&quot;&gt;</p>", "shown as text"),
        (f"<!-- {TAG} -->", "in a comment"),
        ('<iframe src="https://parts.example"></iframe>', "a frame of their own"),
        (TAG.replace('"harbour-physio"', '"harbor-physio"'), "did you mean “harbour-physio”?"),
        (TAG.replace('"harbour-physio"', '"Harbour-Physio"'), "did you mean “harbour-physio”?"),
        (TAG.replace('"harbour-physio"', '"elm-tree-clinic"'), "another practice"),
        (TAG.replace('"harbour-physio"', '"zzz"'), "no practice here: write “harbour-physio”"),
        (TAG.replace('"harbour-physio"', '""'), "names no practice"),
        (TAG.replace(LINK, "Book"), "has no link inside"),
    ],
)
def test_a_place_that_is_not_ours(place: str, said: str) -> None:
    [text] = wrongs(place + SCRIPT)
    assert said in text


def test_a_comment_beside_the_lines_and_their_words_in_a_script_mean_nothing() -> None:
    assert wrongs(f'{WELL}<!-- embed.js --><script>var a = "<openslot-booking"</script>') == []


def test_what_could_be_better_is_no_fault() -> None:
    button = f'<button data-openslot-dialog="harbour-physio">Book</button>{SCRIPT}'
    elsewhere = TAG.replace("book.example", "other.example") + SCRIPT
    for body, said in ((button, "make it a link"), (elsewhere, "leads elsewhere")):
        found = judged(body)
        assert [said in one.text for one in found if one.is_advice] == [True]
        assert found[-1].text.startswith("All is well")


def test_a_page_cannot_put_many_or_hidden_signs_into_what_is_said() -> None:
    [text] = wrongs(TAG.replace('"harbour-physio"', f'"\x1b[31m\u202e{"z" * 500}"') + SCRIPT)
    assert text.isprintable()
    assert len(text) < 250


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("script-src 'self'", "add https://book.example to script-src."),
        ("script-src-elem 'self'; script-src *", "add https://book.example to script-src-elem."),
        ("script-src 'none'", "Make it script-src https://book.example."),
        ("script-src", "lets nothing in"),
        ("script-src 'nonce-abc' 'strict-dynamic' https:", "the nonce"),
        ("script-src http://book.example:8080", "to script-src."),
        ("script-src *.book.example", "to script-src."),
        ("script-src https://book.example/other/", "to script-src."),
        ("frame-src 'self'", "keeps the frame out: add https://book.example to frame-src."),
        ("child-src 'self'", "add https://book.example to child-src."),
        ("default-src *; frame-src 'none'", "Make it frame-src https://book.example."),
        ("default-src *; frame-src data:", "to frame-src."),
        ("sandbox allow-scripts", "add allow-same-origin, allow-forms to sandbox"),
        ("script-src *, script-src 'self'", "to script-src."),
    ],
)
def test_a_policy_that_keeps_something_out(text: str, said: str) -> None:
    [only] = wrongs(WELL, headers=policy(text))
    assert said in only


def test_default_src_alone_keeps_both_out() -> None:
    script, frame = wrongs(WELL, headers=policy("default-src 'self'"))
    assert "Add script-src with what default-src lists and https://book.example." in script
    assert "Add frame-src with what default-src lists and https://book.example." in frame


def test_a_policy_in_a_meta_element_counts_too_but_cannot_sandbox() -> None:
    meta = '<meta http-equiv="Content-Security-Policy" content="{}">'
    [only] = wrongs(WELL, head=meta.format("script-src 'self'"))
    assert "script" in only
    assert wrongs(WELL, head=meta.format("sandbox")) == []


@pytest.mark.parametrize(
    "text",
    [
        "script-src https://book.example; frame-src https://book.example",
        "script-src book.example; frame-src BOOK.example:443",
        "script-src https:; frame-src http:",
        "default-src *",
        "default-src *.example",
        "default-src 'none'; script-src http://book.example/embed.js; frame-src *:*",
        "default-src 'self'; script-src https://book.example/; child-src https://book.example",
        "style-src 'none'; img-src 'self'",
        "script-src *; script-src 'none'",
        "",
    ],
)
def test_a_policy_that_lets_both_in(text: str) -> None:
    assert wrongs(WELL, headers=policy(text)) == []


def test_a_nonce_lets_the_script_in_even_under_strict_dynamic() -> None:
    body = WELL.replace("async", 'nonce="abc"')
    assert wrongs(body, headers=policy("script-src 'nonce-abc' 'strict-dynamic'")) == []
    assert wrongs(body, headers=policy("script-src 'nonce-xyz'")) != []


def test_a_policy_that_only_reports_keeps_nothing_out() -> None:
    headers = [("Content-Security-Policy-Report-Only", "default-src 'none'")]
    assert wrongs(WELL, headers=headers) == []


def test_self_is_enough_where_page_and_booking_share_a_site() -> None:
    url = "https://book.example/about"
    assert wrongs(WELL, headers=policy("default-src 'self'"), url=url) == []


def test_http_beside_https() -> None:
    plain = replace(SITE, origin="http://book.example")
    body = WELL.replace("https://book", "http://book")
    [text] = wrongs(body, site=plain)
    assert "Put TLS in front" in text
    assert wrongs(body, site=plain, url="http://www.harbour.example/") == []
    # A page that lifts what it loads by itself is as well as one that says https.
    script = SCRIPT.replace("https:", "http:")
    assert wrongs(TAG + script, headers=policy("upgrade-insecure-requests")) == []


@pytest.mark.parametrize("kind", ["require-corp", 'credentialless; report-to="x"'])
def test_a_page_that_isolates_itself(kind: str) -> None:
    [text] = wrongs(WELL, headers=[("cross-origin-embedder-policy", kind)])
    assert "leave that header out" in text


def test_many_mistakes_are_all_told() -> None:
    assert len(wrongs("", headers=policy("default-src 'none'"))) == 4
