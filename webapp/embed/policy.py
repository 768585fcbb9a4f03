"""Whether a page's Content-Security-Policy lets a script or a frame in.

Follows the W3C's Content Security Policy Level 3, sections 6.7.1 and 6.7.2: a scheme may be
upgraded from http to https, never the other way, and so may its port.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from urllib.parse import SplitResult

SCRIPT = ("script-src-elem", "script-src", "default-src")
"""What governs a script element: the first of these that is there."""
FRAME = ("frame-src", "child-src", "default-src")
_PORTS = {"http": 80, "https": 443}
_NETWORK = frozenset(_PORTS)


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy; a page may have several, and must satisfy each."""

    directives: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Block:
    """Why something is not let in. ``directive`` is what stands in its way."""

    directive: str
    sources: tuple[str, ...]
    is_strict_dynamic: bool = False


def parse_policies(text: str) -> Iterator[Policy]:
    """Yield the policies of one header or meta element. The first of two like directives holds."""
    for serialized in text.split(","):
        directives: dict[str, tuple[str, ...]] = {}
        for directive in serialized.split(";"):
            name, *sources = directive.split() or [""]
            if name:
                directives.setdefault(name.lower(), tuple(sources))
        if directives:
            yield Policy(directives)


def script_block(policy: Policy, url: str, *, page: str, nonce: str) -> Block | None:
    """Say what keeps a script out; None lets it in."""
    name, sources = _ruling(policy, SCRIPT)
    if name is None or (nonce and f"'nonce-{nonce}'" in sources):
        return None
    if "'strict-dynamic'" in (one.lower() for one in sources):
        return Block(name, sources, is_strict_dynamic=True)
    return None if _any_matches(sources, url, page) else Block(name, sources)


def frame_block(policy: Policy, url: str, *, page: str) -> Block | None:
    """Say what keeps a frame out; None lets it in."""
    name, sources = _ruling(policy, FRAME)
    if name is None or _any_matches(sources, url, page):
        return None
    return Block(name, sources)


def _ruling(policy: Policy, names: tuple[str, ...]) -> tuple[str | None, tuple[str, ...]]:
    for name in names:
        if name in policy.directives:
            return name, policy.directives[name]
    return None, ()


def _any_matches(sources: tuple[str, ...], url: str, page: str) -> bool:
    return any(_matches(one.lower(), one, url, page) for one in sources)


def _matches(source: str, as_written: str, url: str, page: str) -> bool:
    target, own = urlsplit(url), urlsplit(page)
    if source == "'self'":
        same_port = _port(target) == _port(own) or (_is_usual(target) and _is_usual(own))
        return target.hostname == own.hostname and same_port and _upgrades(own.scheme, target)
    if source.startswith("'"):
        return False
    if source == "*":
        return target.scheme in _NETWORK or target.scheme == own.scheme
    if source.endswith(":") and "/" not in source:
        return _upgrades(source[:-1], target)
    scheme, mark, rest = source.rpartition("://")
    if not _upgrades(scheme if mark else own.scheme, target):
        return False
    authority, slash, _ = rest.partition("/")
    host, _, port = authority.partition(":")
    path = slash + as_written.rpartition("://")[2].partition("/")[2]
    return (
        _host_matches(host, target.hostname or "")
        and _port_matches(port, target)
        and _path_matches(path, target.path)
    )


def _upgrades(scheme: str, target: SplitResult) -> bool:
    return scheme == target.scheme or (scheme == "http" and target.scheme == "https")


def _host_matches(host: str, target: str) -> bool:
    if host == "*":
        return True
    return target.endswith(host[1:]) if host.startswith("*.") else host == target


def _port_matches(port: str, target: SplitResult) -> bool:
    if port == "*":
        return True
    found = _port(target)
    if not port:
        return _is_usual(target)
    return port == str(found) or (port == "80" and found == _PORTS["https"])


def _path_matches(path: str, target: str) -> bool:
    if path in {"", "/"}:
        return True
    path, target = unquote(path), unquote(target)
    return target.startswith(path) if path.endswith("/") else target == path


def _port(parts: SplitResult) -> int | None:
    return parts.port or _PORTS.get(parts.scheme)


def _is_usual(parts: SplitResult) -> bool:
    return _port(parts) == _PORTS.get(parts.scheme)
