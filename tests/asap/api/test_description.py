"""The API's description of itself: a valid OpenAPI document that says what the API does."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis

from tests.asap.api.client import JSON, Client, content, keep_entry, keep_offer
from tests.reference_process import ELM_TREE, HARBOUR
from tests.site.asap import on_the_list
from tests.site.ground import Site
from webapp.asap.statuses import KeyType, Response, SendStatus


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def document(client: Client) -> dict[str, Any]:
    return client.get("/openapi.json")


def test_it_is_a_valid_openapi_document(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    schemathesis.openapi.from_dict(document).validate()


def test_a_document_that_is_none_would_be_found_out(document: dict[str, Any]) -> None:
    del document["info"]["version"]
    with pytest.raises(ValueError, match="version"):
        schemathesis.openapi.from_dict(document).validate()


def test_anybody_may_read_it_and_it_gives_no_key_away(site: Site) -> None:
    for slug in (HARBOUR.slug, ELM_TREE.slug):
        answer = Client(site, slug, {"Authorization": ""}).call("GET", "/openapi.json")
        assert content(answer)["servers"] == [{"url": f"/api/{slug}"}]
        for key in (f"{slug}-developer", f"{slug}-customer"):
            assert key not in answer.get_data(as_text=True)


def test_every_method_of_the_api_is_described_and_no_other(
    site: Site, document: dict[str, Any]
) -> None:
    described = {
        (path.replace("{AsapCommNum}", "<int:number>"), method.upper())
        for path, methods in document["paths"].items()
        for method in methods
    }
    served = {
        (rule.rule.removeprefix("/api/<slug>"), method)
        for rule in site.app.url_map.iter_rules()
        for method in rule.methods or ()
        if rule.rule.startswith("/api/") and method in {"GET", "POST"}
    }
    assert served - described == {("/openapi.json", "GET")}
    assert described <= served


def test_its_values_are_those_of_the_statuses(document: dict[str, Any]) -> None:
    fields = document["components"]["schemas"]["AsapComm"]["properties"]
    for name, values in (
        ("ResponseStatus", Response),
        ("SmsSendStatus", SendStatus),
        ("FKeyType", KeyType),
    ):
        assert fields[name]["enum"] == [one.value for one in values]


def test_its_fields_stand_in_the_order_of_the_answers(
    site: Site, client: Client, document: dict[str, Any]
) -> None:
    number = keep_offer(site, keep_entry(site, HARBOUR.slug), slug=HARBOUR.slug)
    on_the_list(site)
    answers = {
        "AsapComm": client.get(f"/asapcomms/{number}"),
        "Appointment": client.get("/appointments/ASAP")[-1],
    }
    for name, answer in answers.items():
        schema = document["components"]["schemas"][name]
        assert list(schema["properties"]) == schema["required"] == list(answer)


def test_every_refusal_is_described_as_plain_text(document: dict[str, Any]) -> None:
    for methods in document["paths"].values():
        for method in methods.values():
            assert {"200", "401", "429"} <= method["responses"].keys()
            for code, response in method["responses"].items():
                assert list(response["content"]) == [JSON if code == "200" else "text/plain"]
