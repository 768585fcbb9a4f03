"""Runs the doctor over a site, and reads what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from tests.web.sites import settings_for
from webapp.config import Mode

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from tests.reference_process import ReferenceDiary
    from webapp.config import Settings

_KEY = SecretStr("k" * 40)


def development(tmp_path: Path, diary: ReferenceDiary, **others: Any) -> Settings:  # noqa: ANN401
    given: dict[str, Any] = {"smtp_url": SecretStr(diary.smtp_url), **others}
    return settings_for(tmp_path, diary.request_url(), **given)


def production(tmp_path: Path, diary: ReferenceDiary, **others: Any) -> Settings:  # noqa: ANN401
    given: dict[str, Any] = {
        "mode": Mode.PRODUCTION,
        "secret_key": _KEY,
        "base_url": "https://book.example",
        "mail_from": "bookings@book.example",
        "trusted_proxies": 1,
        **others,
    }
    return development(tmp_path, diary, **given)


def doctor(app: Flask) -> tuple[int, list[str]]:
    result = app.test_cli_runner().invoke(args=["doctor"])
    assert not result.exception or isinstance(result.exception, SystemExit)
    lines = result.output.splitlines()
    for line in lines:
        assert line.split()[0] in {"ok", "advice", "WRONG"}
        assert line.endswith(".")
    return result.exit_code, lines


def of(lines: list[str], label: str) -> list[str]:
    return [line.removeprefix(label).strip() for line in lines if line.startswith(label)]


def one(lines: list[str], label: str, part: str) -> str:
    [found] = [line for line in of(lines, label) if part in line]
    return found
