"""Who may ask the API: whoever presents the practice's own keys, and nobody else."""

from __future__ import annotations

import logging
from unittest import mock

import pytest

from tests.asap.api.client import Client, authorization, explanation, keep_entry, keep_offer
from tests.reference_process import ELM_TREE, HARBOUR
from tests.site.asap import a_list
from tests.site.conftest import MakeSite
from tests.site.ground import SOLO, Site
from webapp.asap.api import views
from webapp.web.logging import JsonLines

METHODS = (("GET", "/asapcomms"), ("GET", "/asapcomms/1"), ("GET", "/appointments/ASAP"))
ALL = (*METHODS, ("POST", "/asapcomms"), ("HEAD", "/asapcomms"))
WRONG = (
    "",
    "ODFHIR",
    "ODFHIR ",
    "ODFHIR /",
    "ODFHIR harbour-physio-developer/",
    "ODFHIR /harbour-physio-customer",
    "ODFHIR harbour-physio-developer",
    "ODFHIR harbour-physio-customer/harbour-physio-developer",
    "ODFHIR harbour-physio-developer/harbour-physio-customer ",
    "ODFHIR harbour-physio-developer/harbour-physio-custome",
    "ODFHIR harbour-physio-developer/harbour-physio-customerx",
    "Bearer harbour-physio-developer/harbour-physio-customer",
    "Basic aGFyYm91cjpoYXJib3Vy",
    "ODFHIR harbour-physio-developer/harbour-physio-custom\xe9r",
    "ODFHIR " + "x" * 5000,
)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """No row is read before the keys are: one database will do."""
    return sqlite_url


def presents(site: Site, slug: str, given: str) -> Client:
    return Client(site, slug, {"Authorization": given})


def test_the_right_keys_are_let_in(site: Site, client: Client) -> None:
    keep_offer(site, keep_entry(site, HARBOUR.slug), slug=HARBOUR.slug)
    for method, path in METHODS:
        assert client.call(method, path).status_code == 200
    assert client.post({}).status_code == 400


@pytest.mark.parametrize(("method", "path"), ALL)
def test_anything_else_is_not_and_is_told_no_more_than_that(
    site: Site, method: str, path: str
) -> None:
    keep_offer(site, keep_entry(site, HARBOUR.slug), slug=HARBOUR.slug)
    rows = site.dump()
    for given in WRONG:
        answer = presents(site, HARBOUR.slug, given).call(method, path, data="nonsense")
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "ODFHIR"
        assert answer.headers["Cache-Control"] == "no-store"
        if method != "HEAD":
            words = explanation(answer, 401)
            assert "Authorization" in words
            assert "harbour" not in words
    assert site.dump() == rows


def test_one_practices_keys_never_open_another(site: Site) -> None:
    for slug, other in ((HARBOUR.slug, ELM_TREE.slug), (ELM_TREE.slug, HARBOUR.slug)):
        for method, path in ALL:
            answer = presents(site, slug, authorization(other)).call(method, path)
            assert answer.status_code == 401
    halves = authorization(HARBOUR.slug).partition("/")[0], authorization(ELM_TREE.slug)
    mixed = f"{halves[0]}/{halves[1].partition('/')[2]}"
    assert presents(site, HARBOUR.slug, mixed).call("GET", "/asapcomms").status_code == 401


@pytest.mark.parametrize(
    "keys",
    [
        {"developer_key": "", "customer_key": ""},
        {"developer_key": "one", "customer_key": ""},
        {"developer_key": "", "customer_key": "two"},
    ],
)
def test_where_a_key_is_not_set_nobody_is_let_in(make_site: MakeSite, keys: dict[str, str]) -> None:
    site = make_site(more={HARBOUR.slug: a_list(HARBOUR.slug, **keys)})
    given = f"ODFHIR {keys['developer_key']}/{keys['customer_key']}"
    for one in (given, authorization(HARBOUR.slug), "ODFHIR /", "", "ODFHIR None/None"):
        for method, path in ALL:
            assert presents(site, HARBOUR.slug, one).call(method, path).status_code == 401


def test_a_practice_without_a_list_has_no_api(make_site: MakeSite) -> None:
    disabled = a_list(HARBOUR.slug, enabled=False)
    site = make_site(HARBOUR.slug, SOLO, more={HARBOUR.slug: disabled})
    for slug in (HARBOUR.slug, SOLO):
        for method, path in (*ALL[:-1], ("GET", "/openapi.json")):
            for given in (authorization(HARBOUR.slug), "ODFHIR /"):
                assert explanation(presents(site, slug, given).call(method, path), 404)


def test_a_practice_that_is_not_here_has_no_api(site: Site) -> None:
    stranger = Client(site, "nowhere", {"Authorization": authorization(HARBOUR.slug)})
    for method, path in ALL[:-1]:
        assert explanation(stranger.call(method, path), 404)


def test_what_is_no_method_of_it_is_said_in_plain_words(site: Site, client: Client) -> None:
    for path in ("/asapcomm", "/asapcomms/", "/asapcomms/1/2", "/appointments", "/", ""):
        assert explanation(client.call("GET", path), 404)
    for method in ("PUT", "PATCH", "DELETE"):
        answer = client.call(method, "/asapcomms")
        assert explanation(answer, 405)
        assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST", "OPTIONS"}
    assert explanation(client.call("POST", "/asapcomms/1"), 405)
    assert explanation(site.visitor.raw("GET", "/api/"), 404)


def test_a_body_that_is_too_much_is_said_in_plain_words(client: Client) -> None:
    assert explanation(client.call("POST", "/asapcomms", data="x" * 100_000), 413)


def test_what_goes_wrong_on_our_side_is_said_in_plain_words_and_nothing_more(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    trouble = RuntimeError("of Ada Whitcombe")
    with mock.patch.object(views, "new_session", side_effect=trouble):
        words = explanation(client.call("GET", "/asapcomms"), 500)
    assert "Ada" not in words + caplog.text
    assert "RuntimeError" in caplog.text


def test_the_keys_reach_no_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        client.get("/asapcomms")
        client.post({"op": 1, "aptNum": 1, "dateTimeStart": "2026-11-23 09:15:00"})
        presents(client.site, HARBOUR.slug, WRONG[4]).call("GET", "/asapcomms")
    written = "\n".join(JsonLines().format(one) for one in caplog.records) + caplog.text
    assert "/api/<slug>/asapcomms" in written
    for key in ("harbour-physio-developer", "harbour-physio-customer"):
        assert key not in written
