"""Reads the folder of practices, and says every mistake in a sentence of its own."""

from __future__ import annotations

import difflib
import tomllib
from typing import TYPE_CHECKING, Any, cast

from pydantic import BaseModel, ValidationError

from webapp.config import SettingsError, read_secret
from webapp.diaries.settings import PhysiodiarySettings
from webapp.practices.model import (
    BookingRules,
    EmbedRules,
    NotifyRules,
    Practice,
    PrivacyRules,
    ThemeRules,
)

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic_core import ErrorDetails

_TABLES: dict[str, type[BaseModel]] = {
    "": Practice,
    "diary": PhysiodiarySettings,
    "booking": BookingRules,
    "notify": NotifyRules,
    "privacy": PrivacyRules,
    "embed": EmbedRules,
    "theme": ThemeRules,
}
_SECRETS = (("diary", "api_key"),)
SITES_OWN = frozenset({"a", "api", "health", "metrics", "static"})
"""What addresses of the site itself begin with: no practice may have it for a slug."""
_WHOLE_URL = 'must be a whole address such as "https://diary.example/api/request"'
_MENDS = {
    "string_type": "must be text, in quotes",
    "string_pattern_mismatch": 'must be like "desk@harbour.example"',
    "too_long": "is too long; shorten it",
    "tuple_type": "must be a list, in square brackets",
    "model_type": "must be a table",
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
            values[key] = "-"
    return mistakes


def _sentence(file_name: str, mistake: ErrorDetails) -> str:
    path = [str(part) for part in mistake["loc"]]
    key = ".".join(path)
    match mistake["type"]:
        case "missing":
            return f"{file_name}: {key} is missing; add it."
        case "extra_forbidden":
            return f"{file_name}: {key} is not a setting{_nearest(path)}."
        case "value_error":
            return f"{file_name}: {key} {str(mistake['msg']).removeprefix('Value error, ')}."
        case "string_pattern_mismatch" | "string_too_long" if key == "slug":
            return (
                f"{file_name}: the file's name must be small letters, digits and single hyphens, "
                "sixty at most, such as harbour-physio.toml."
            )
        case "literal_error":
            return f"{file_name}: {key} must be {mistake.get('ctx', {}).get('expected')}."
        case kind if kind in _MENDS:
            return f"{file_name}: {key} {_MENDS[kind]}."
        case _:
            words = str(mistake["msg"])
            return f"{file_name}: {key} is wrong: {words[0].lower()}{words[1:]}."


def _nearest(path: list[str]) -> str:
    table, key = (path[0], path[-1]) if len(path) > 1 else ("", path[0])
    known = _TABLES.get(table)
    if known is None:
        return ""
    near = difflib.get_close_matches(key, known.model_fields, n=1)
    return f"; did you mean {near[0]}" if near and near[0] != "slug" else ""
