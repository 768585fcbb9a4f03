"""Reads the folder of practices, and says every mistake in a sentence of its own."""

from __future__ import annotations

import difflib
import tomllib
from typing import TYPE_CHECKING, Any, cast, get_args

from pydantic import BaseModel, ValidationError

from webapp.config import SettingsError, read_secret
from webapp.practices.model import Practice

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic_core import ErrorDetails

_SECRETS = (
    *(("diary", key) for key in ("api_key", "password", "developer_key", "customer_key")),
    ("asap", "developer_key"),
    ("asap", "customer_key"),
    ("updox", "application_password"),
)
SITES_OWN = frozenset({"a", "api", "health", "metrics", "static", "texts"})
"""What addresses of the site itself begin with: no practice may have it for a slug."""
_WHOLE_URL = 'must be a whole address such as "https://diary.example/api/request"'
_DAY = "must be a day such as 2026-12-25"
_MENDS = {
    "string_type": "must be text, in quotes",
    "string_pattern_mismatch": 'must be like "desk@harbour.example"',
    "too_long": "is too long; shorten it",
    "tuple_type": "must be a list, in square brackets",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "url_parsing": _WHOLE_URL,
    "url_scheme": _WHOLE_URL,
}


def load_practices(folder: Path) -> dict[str, Practice]:
    """Return the practices of a folder by slug, in the order of their slugs.

    Raises SettingsError with one sentence for each mistake in any of the files.
    """
    if not folder.is_dir():
        raise SettingsError([f"OPENSLOT_PRACTICES names {folder}, which is not a folder."])
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise SettingsError(
            [f"{folder} holds no practice: add a file such as harbour-physio.toml."]
        )
    practices: dict[str, Practice] = {}
    mistakes: list[str] = []
    for file in files:
        try:
            practice = load_practice(file)
        except SettingsError as error:
            mistakes += error.sentences
        else:
            practices[practice.slug] = practice
    if mistakes:
        raise SettingsError(mistakes)
    return practices


def load_practice(file: Path) -> Practice:
    """Read one practice's file. Raises SettingsError, a sentence a mistake."""
    try:
        with file.open("rb") as opened:
            content = tomllib.load(opened)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError([f"{file.name}: this is not TOML: {error}."]) from error
    except OSError as error:
        raise SettingsError([f"{file.name}: cannot be read: {error.strerror}."]) from error
    mistakes = _resolve_secrets(content, file.name)
    if "slug" in content:
        mistakes.append(f"{file.name}: slug is not a setting; the file's name is the slug.")
    if file.stem in SITES_OWN:
        mistakes.append(
            f"{file.name}: /{file.stem}/ is an address of the site's own; give the file another "
            "name, such as harbour-physio.toml."
        )
    try:
        practice = Practice.model_validate(content | {"slug": file.stem})
    except ValidationError as error:
        # Without the input: a mistake's text must not repeat a secret.
        found = error.errors(include_input=False, include_url=False)
        raise SettingsError(mistakes + [_sentence(file.name, one) for one in found]) from None
    if mistakes:
        raise SettingsError(mistakes)
    return practice


def literal_secrets(file: Path) -> list[str]:
    """Return the keys of the secrets that stand in a practice's file itself, such as diary.api_key.

    The file must be one that ``load_practice`` has read.
    """
    content = tomllib.loads(file.read_text())
    return [
        f"{table}.{key}"
        for table, key in _SECRETS
        if not str(content.get(table, {}).get(key, "env:")).startswith(("env:", "file:"))
    ]


def _resolve_secrets(content: dict[str, Any], file_name: str) -> list[str]:
    mistakes: list[str] = []
    for table, key in _SECRETS:
        held: object = content.get(table)
        if not isinstance(held, dict):
            continue
        values = cast("dict[str, object]", held)
        text = values.get(key)
        if not isinstance(text, str):
            continue
        try:
            values[key] = read_secret(text)
        except ValueError as error:
            mistakes.append(f"{file_name}: {table}.{key} {error}.")
            # A stand-in, so that the same key is not complained of twice.
            values[key] = "unknown"
    return mistakes


def _sentence(file_name: str, mistake: ErrorDetails) -> str:
    key = _named(_as_written(mistake["loc"]))
    if mistake["type"] in {"string_pattern_mismatch", "string_too_long"} and key == "slug":
        return (
            f"{file_name}: the file's name must be small letters, digits and single hyphens, "
            "sixty at most, such as harbour-physio.toml."
        )
    return f"{file_name}: {key}{_complaint(mistake)}."


def _complaint(mistake: ErrorDetails) -> str:
    """Return what follows the key's name in a mistake's sentence."""
    context = mistake.get("ctx", {})
    words = str(mistake["msg"])
    match mistake["type"]:
        case "missing":
            return " is missing; add it"
        case "union_tag_not_found":
            return ".system is missing; add it"
        case "union_tag_invalid":
            return f".system must be {str(context.get('expected_tags')).replace(', ', ' or ')}"
        case "extra_forbidden":
            return f" is not a setting{_nearest(mistake['loc'])}"
        case "value_error":
            return f" {words.removeprefix('Value error, ')}"
        case "literal_error":
            return f" must be {context.get('expected')}"
        case kind if kind in _MENDS:
            return f" {_MENDS[kind]}"
        case _:
            return f" is wrong: {words[0].lower()}{words[1:]}"


def _as_written(loc: tuple[int | str, ...]) -> list[int | str]:
    """Return where a mistake is, without the system's name that pydantic puts after ``diary``."""
    path = list(loc)
    if path[:1] == ["diary"] and len(path) > 1:
        del path[1]
    return path


def _named(path: list[int | str]) -> str:
    """Write a place in the file as a person would: ``diary.people #2.name``."""
    parts = [f" #{part + 1}" if isinstance(part, int) else f".{part}" for part in path]
    return "".join(parts).removeprefix(".")


def _nearest(loc: tuple[int | str, ...]) -> str:
    *above, key = loc
    known = sorted({name for table in _tables_at(above) for name in table.model_fields})
    near = difflib.get_close_matches(str(key), known, n=1)
    return f"; did you mean {near[0]}" if near and near[0] != "slug" else ""


def _tables_at(loc: list[int | str]) -> list[type[BaseModel]]:
    """Return the models of what stands at ``loc``, where a system's name picks one of several."""
    found: list[type[BaseModel]] = [Practice]
    for part in loc:
        if any(part in one.model_fields for one in found):
            fields = [one.model_fields[str(part)] for one in found if part in one.model_fields]
            found = [table for field in fields for table in _tables_in(field.annotation)]
        elif isinstance(part, str):
            found = [one for one in found if part in _systems_of(one)]
    return found


def _systems_of(table: type[BaseModel]) -> tuple[object, ...]:
    field = table.model_fields.get("system")
    return () if field is None else get_args(field.annotation)


def _tables_in(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [table for part in get_args(annotation) for table in _tables_in(part)]
