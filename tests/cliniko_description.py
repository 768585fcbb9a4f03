"""Cliniko's own OpenAPI description, where it lies beside the repository: what it says of calls.

It is the vendor's, and so no part of this repository. Tests that need it skip without it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

import jsonschema_rs
import pytest

FILE = Path(__file__).parents[1].parent / "shared" / "protocols" / "cliniko-openapi.json"
_FILTERS = re.compile(r"^\| ([a-z_]+) \| \[", re.MULTILINE)
_Schema = dict[str, Any]


class Description:
    """Compares requests and answers with the description. ``base`` ends in ``/v1``."""

    def __init__(self, base: str) -> None:
        if not FILE.exists():
            pytest.skip(f"the vendor's description is not beside the repository ({FILE.name})")
        self._base = base
        self._whole = cast("_Schema", _strict(json.loads(FILE.read_text())))

    def check_request(self, method: str, url: str, body: bytes = b"") -> None:
        """Fail unless the operation exists and has these parameters and such a body."""
        operation = self._operation(method, url)
        known = {one["name"]: one for one in map(self._resolve, operation.get("parameters", []))}
        asked = parse_qsl(urlsplit(url).query, keep_blank_values=True)
        assert {name for name, _ in asked} <= known.keys()
        needed = {n for n, one in known.items() if one["in"] == "query" and one.get("required")}
        assert needed <= {name for name, _ in asked}
        fields = set(_FILTERS.findall(known.get("q[]", {}).get("description", "")))
        assert {value.partition(":")[0] for name, value in asked if name == "q[]"} <= fields
        documented = self._resolve(operation.get("requestBody", {}))
        assert bool(body) == bool(documented), "a body where none is documented, or none"
        if body:
            self._check(documented["content"]["application/json"]["schema"], json.loads(body))

    def check_answer(self, method: str, url: str, status: int, body: bytes) -> None:
        """Fail unless the operation documents this status with such a body."""
        responses = self._operation(method, url)["responses"]
        assert str(status) in responses
        content = self._resolve(responses[str(status)]).get("content")
        assert bool(body) == bool(content)
        if content:
            self._check(content["application/json"]["schema"], json.loads(body))

    def _operation(self, method: str, url: str) -> _Schema:
        assert url.startswith(f"{self._base}/")
        path = urlsplit(url).path.removeprefix(urlsplit(self._base).path)
        for template, operations in self._whole["paths"].items():
            pattern = re.sub(r"\\\{[^/]+?\\\}", "[^/]+", re.escape(template))
            if method.lower() in operations and re.fullmatch(pattern, path):
                return operations[method.lower()]
        raise AssertionError(f"{method} {path} is not documented")

    def _resolve(self, found: _Schema) -> _Schema:
        if "$ref" not in found:
            return found
        for step in found["$ref"].split("/"):
            found = self._whole if step == "#" else found[step]
        return found

    def _check(self, schema: _Schema, value: object) -> None:
        whole = {**schema, "components": self._whole["components"]}
        jsonschema_rs.Draft4Validator(whole, validate_formats=True).validate(value)


def _strict(node: object) -> object:
    """Translate OpenAPI 3.0's words into JSON Schema's, and let no key pass that is not there.

    ``nullable`` stands beside a type and beside an enumeration without null. E-mail addresses are
    written in capitals in the description's pattern, and surely not only taken in such.
    """
    if isinstance(node, list):
        return [_strict(one) for one in cast("list[object]", node)]
    if not isinstance(node, dict):
        return node
    found: _Schema = {
        key: _strict(one) for key, one in cast("_Schema", node).items() if key != "example"
    }
    is_schema = isinstance(found.get("type"), str)
    if is_schema and found.pop("nullable", False):
        found["type"] = [found["type"], "null"]
        if "enum" in found:
            found["enum"] = [*found["enum"], None]
    if is_schema and "properties" in found:
        found.setdefault("additionalProperties", False)
    if is_schema and "@" in str(found.get("pattern", "")):
        found["pattern"] = found["pattern"].replace("A-Z", "A-Za-z")
    return found
