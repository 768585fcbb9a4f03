"""Whether an address is on a site that may show booking, and which site was meant if not."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

_PORTS = {"http": 80, "https": 443}


class AddressUnreadable(Exception):
    """This is no address of a page. The text is a sentence with the mend."""


class NotListed(Exception):
    """The practice does not list this site. The text is a sentence with the mend."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A scheme, a host (lower case, as the name system has it) and a port."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> Self:
        """Return a URL's origin. Raises AddressUnreadable."""
        try:
            parts = urlsplit(url)
            scheme, host, port = parts.scheme.lower(), parts.hostname or "", parts.port
            host = host if ":" in host else host.rstrip(".").encode("idna").decode("ascii")
        except ValueError:  # a port of letters, a bracket too many, a name no name system has
            scheme = host = ""
            parts = port = None
        if scheme not in _PORTS or not host or parts is None or "@" in parts.netloc:
            raise AddressUnreadable(
                "This is not the address of a web page: copy it from the browser’s address bar, "
                "such as https://www.harbour.example/book."
            )
        return cls(scheme, host.lower(), _PORTS[scheme] if port is None else port)

    @property
    def is_on_its_own_port(self) -> bool:
        return self.port == _PORTS[self.scheme]

    @property
    def bare(self) -> str:
        """The host without www."""
        return self.host.removeprefix("www.")

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self.is_on_its_own_port else f":{self.port}")


def read_address(typed: str) -> str:
    """Return what was typed as a whole URL: https where no scheme was given."""
    typed = typed.strip()
    return typed if "://" in typed else f"https://{typed}"


def listed_origin(url: str, listed: Iterable[str]) -> Origin:
    """Return a URL's origin if it is listed. Raises AddressUnreadable or NotListed."""
    origin = Origin.of(url)
    known = [Origin.of(one) for one in listed]
    if origin in known:
        return origin
    raise NotListed(_not_listed(origin, known))


def _not_listed(origin: Origin, known: list[Origin]) -> str:
    add = f'add "{origin}" to origins under [embed] in the practice’s file'
    if not known:
        return f"No site is listed for this practice, so no page can show booking: {add}."
    meant, why = _meant(origin, known)
    begin = f"{origin} is not among the sites that may show booking"
    if meant is None:
        sites = ", ".join(str(one) for one in known)
        return f"{begin} ({sites}): {add}, or give a page of a site that is listed."
    return f"{begin}: {meant} is, which differs {why}. Did you mean that one? If not, {add}."


def _meant(origin: Origin, known: list[Origin]) -> tuple[Origin | None, str]:
    for one in known:
        if one.bare != origin.bare:
            continue
        differing = [
            words
            for words, differs in (
                ("by www", one.host != origin.host),
                ("in http and https", one.scheme != origin.scheme),
                (
                    "in the port",
                    (one.port, one.is_on_its_own_port) != (origin.port, origin.is_on_its_own_port)
                    and not (one.is_on_its_own_port and origin.is_on_its_own_port),
                ),
            )
            if differs
        ]
        return one, " and ".join(differing)
    close = get_close_matches(origin.bare, [one.bare for one in known], n=1, cutoff=0.8)
    return next(((one, "in its name") for one in known if one.bare in close), (None, ""))
