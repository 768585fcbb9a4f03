"""Style sheets and scripts: ours alone, kept for ever, small on the way."""

from __future__ import annotations

import gzip
import re

from tests.reference_process import HARBOUR
from tests.site.ground import Site, free_slot

A_YEAR = 31_536_000


def assets_of(html: str) -> list[str]:
    return re.findall(r'(?:src|href)="(/[^"]+\.(?:css|js))"', html)


def test_everything_a_page_names_is_there_and_kept_for_ever(site: Site) -> None:
    urls = {
        url
        for path in ("/", "/harbour-physio/", "/harbour-physio/times?staff=any&room=any")
        for url in assets_of(site.open(path).html)
    }
    urls |= set(assets_of(site.open(free_slot(site.diary).page("details")).html))
    assert any(url.endswith(".js") for url in urls)
    for url in urls:
        for method in ("GET", "HEAD"):
            answer = site.visitor.raw(method, url)
            assert answer.status_code == 200, url
            kept = answer.headers["Cache-Control"]
            assert f"max-age={A_YEAR}" in kept, url
            assert "public" in kept, url
            kind = "text/css" if url.endswith(".css") else "javascript"
            assert kind in str(answer.content_type)


def test_each_practice_has_a_sheet_in_its_own_colours(site: Site) -> None:
    sheets = [
        next(url for url in assets_of(site.open(path).html) if url.endswith(".css"))
        for path in ("/", "/harbour-physio/", "/elm-tree-clinic/")
    ]
    texts = [site.visitor.raw("GET", url).get_data(as_text=True) for url in sheets]
    assert len(set(texts)) == 3
    assert "#5b3f8c" in texts[2]
    for text in texts:
        assert "http" not in text
        assert "@import" not in text


def test_a_sheet_of_before_a_deployment_is_served_but_not_kept(site: Site) -> None:
    answer = site.visitor.raw("GET", "/harbour-physio/look-0123456789ab.css")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"


def test_pages_and_sheets_are_compressed_for_whoever_asks(site: Site) -> None:
    page = site.open("/harbour-physio/")
    sheet = next(url for url in assets_of(page.html) if url.endswith(".css"))
    for url in ("/harbour-physio/times?staff=any&room=any", sheet):
        plain = site.visitor.raw("GET", url)
        assert "Content-Encoding" not in plain.headers
        packed = site.visitor.raw("GET", url, headers={"Accept-Encoding": "gzip"})
        assert packed.headers["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in packed.headers["Vary"]
        assert len(packed.get_data()) < len(plain.get_data()) / 2
        assert gzip.decompress(packed.get_data())[:20] == plain.get_data()[:20]


def test_no_file_outside_the_folder_is_served(site: Site) -> None:
    prefix = next(
        url
        for url in assets_of(site.open(free_slot(site.diary).page("details")).html)
        if url.endswith(".js")
    ).rsplit("/js/", 1)[0]
    for path in ("/../pyproject.toml", "/..%2fpyproject.toml", "/%2e%2e/wsgi.py", "/js/", ""):
        answer = site.visitor.raw("GET", prefix + path)
        assert answer.status_code in {404, 308}
        assert b"openslot" not in answer.get_data().lower()


def test_pages_are_asked_for_again_and_kept_for_back(site: Site) -> None:
    for path in ("/", f"/{HARBOUR.slug}/", f"/{HARBOUR.slug}/privacy"):
        assert site.open(path).headers["Cache-Control"] == "private, no-cache"
