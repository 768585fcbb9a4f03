# Types for what we use of Flask-Babel, whose own signatures are bare `*args, **kwargs`. A lazy text
# stands for itself wherever a `str` is shown, and WTForms asks for `str`: so it is called one.

from collections.abc import Callable, Generator
from contextlib import contextmanager

from babel import Locale
from babel.support import NullTranslations, Translations
from flask import Flask

class Babel:
    def __init__(
        self,
        app: Flask | None = None,
        *,
        default_locale: str = "en",
        default_timezone: str = "UTC",
        default_domain: str = "messages",
        default_translation_directories: str = "translations",
        locale_selector: Callable[[], Locale | str | None] | None = None,
        timezone_selector: Callable[[], str | None] | None = None,
        configure_jinja: bool = True,
    ) -> None: ...
    def init_app(
        self,
        app: Flask,
        default_locale: str = "en",
        default_domain: str = "messages",
        default_timezone: str = "UTC",
        default_translation_directories: str = "translations",
        configure_jinja: bool = True,
        locale_selector: Callable[[], Locale | str | None] | None = None,
        timezone_selector: Callable[[], str | None] | None = None,
    ) -> None: ...
    def list_translations(self) -> list[Locale]: ...

def get_locale() -> Locale | None: ...
def get_translations() -> Translations | NullTranslations: ...
@contextmanager
def force_locale(locale: Locale | str) -> Generator[None]: ...
def refresh() -> None: ...
def gettext(string: str, **variables: object) -> str: ...
def ngettext(singular: str, plural: str, num: int, **variables: object) -> str: ...
def pgettext(context: str, string: str, **variables: object) -> str: ...
def npgettext(context: str, singular: str, plural: str, num: int, **variables: object) -> str: ...
def lazy_gettext(string: str, **variables: object) -> str: ...
def lazy_ngettext(singular: str, plural: str, num: int, **variables: object) -> str: ...
def lazy_pgettext(context: str, string: str, **variables: object) -> str: ...
def lazy_npgettext(
    context: str, singular: str, plural: str, num: int, **variables: object
) -> str: ...
