"""
URL records, parsed and serialised by the URL Standard.

The parser is Ada's, which browsers and Node use as well; this module only shapes its results.
https://url.spec.whatwg.org/
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import ada_url
import attrs

from browsercors.values.origins import Origin, tuple_origin

__all__ = ["LOCAL_SCHEMES", "URL", "parse_url", "text_of_url"]

URL_PACKAGES: Final = frozenset({"yarl", "httpx"})
"""Whose URLs users hand over."""

HTTP_SCHEMES = frozenset({"http", "https"})
# https://fetch.spec.whatwg.org/#local-scheme
LOCAL_SCHEMES: Final = frozenset({"about", "blob", "data"})
TUPLE_ORIGIN_SCHEMES = frozenset({"http", "https", "ws", "wss", "ftp"})


@attrs.frozen(eq=False, repr=False)
class URL:
    """
    A URL record; two are equal when their serialisations are.

    Attributes:
        href: The serialisation.
        scheme: Lower-case, without the colon.
        username: Percent-encoded, possibly empty.
        password: Percent-encoded, possibly empty.
        host: The serialised host (punycode, IPv6 in brackets), empty where there is none.
        port: None stands for the scheme's default port.
        path: The serialised path.
        query: Without the question mark; None is not the empty query.
        fragment: Without the number sign; None is not the empty fragment.
        origin: https://url.spec.whatwg.org/#concept-url-origin
    """

    href: str
    scheme: str
    username: str
    password: str
    host: str
    port: int | None
    path: str
    query: str | None
    fragment: str | None
    origin: Origin

    @property
    def is_http(self) -> bool:
        """
        Whether the scheme is an HTTP(S) scheme.
        """
        return self.scheme in HTTP_SCHEMES

    @property
    def includes_credentials(self) -> bool:
        """
        Whether user name or password is not empty (https://url.spec.whatwg.org/#include-credentials).
        """
        return bool(self.username or self.password)

    @property
    def authority(self) -> str:
        """
        Host and, unless it is the default, port: what the `Host` header says.
        """
        return self.host if self.port is None else f"{self.host}:{self.port}"

    @property
    def target(self) -> str:
        """
        Path and query: the origin-form request target.
        """
        return self.path if self.query is None else f"{self.path}?{self.query}"

    @property
    def href_without_fragment(self) -> str:
        """
        The serialisation with the fragment excluded.
        """
        return self.href if self.fragment is None else self.href[: -len(self.fragment) - 1]

    def with_fragment(self, fragment: str) -> URL:
        """
        Return this URL with another fragment (already percent-encoded).
        """
        url = parse_url(f"{self.href_without_fragment}#{fragment}")
        assert url is not None, "a serialised URL parses with any fragment"
        return url

    def over_tls(self) -> URL:
        """
        Return this http URL with the scheme `https`; a port that is not the default one of http stays.
        """
        url = parse_url(f"https{self.href.removeprefix('http')}")
        assert url is not None, "the two schemes parse alike"
        return url

    def as_socket_url(self) -> URL:
        """
        Return this http(s) URL with the scheme `ws` or `wss`.
        """
        url = parse_url(f"ws{self.href.removeprefix('http')}")
        assert url is not None, "the schemes parse alike"
        return url

    def without_credentials(self) -> URL:
        """
        Return this URL without user name and password.
        """
        fragment = "" if self.fragment is None else f"#{self.fragment}"
        url = parse_url(f"{self.scheme}://{self.authority}{self.target}{fragment}")
        assert url is not None, "a URL parses without credentials as well"
        return url

    def with_credentials(self, username: str | None, password: str | None) -> URL:
        """
        Return this URL with another user name and password, as text; None leaves what is there.
        """
        # NB: what is percent-encoded already stays as it is (https://url.spec.whatwg.org/#set-the-username).
        parsed = ada_url.URL(self.href)
        if username is not None:
            parsed.username = username
        if password is not None:
            parsed.password = password
        url = parse_url(parsed.href)
        assert url is not None, "a URL parses with any user name"
        return url

    def __eq__(self, other: object) -> bool:
        return isinstance(other, URL) and self.href == other.href

    def __hash__(self) -> int:
        return hash(self.href)

    def __repr__(self) -> str:
        return f"<URL {self.href}>"

    def __str__(self) -> str:
        return self.href


def text_of_url(url: object) -> object:
    """
    Return the text of a URL that yarl or httpx has made; anything else as it is.

    NB: known by the name of its class, so that nothing is imported that its user has not.
    """
    kind = type(url)
    return str(url) if kind.__name__ == "URL" and kind.__module__.partition(".")[0] in URL_PACKAGES else url


def parse_url(url: str, base: URL | None = None) -> URL | None:
    """
    Parse *url*, relative to *base* if given (https://url.spec.whatwg.org/#concept-url-parser).

    Returns:
        The URL record, or None for failure.
    """
    return _parse(url, None if base is None else base.href)


# NB: a page asks for few different URLs many times. What a million different ones cost is bounded by the size.
@lru_cache(maxsize=4096)
def _parse(url: str, base: str | None) -> URL | None:
    try:
        parsed = ada_url.URL(url, base)
    except (ValueError, UnicodeError):
        # NB: UnicodeError is a lone surrogate, which no scalar value string has.
        return None
    href = parsed.href
    before_fragment, has_fragment, fragment = href.partition("#")
    before_query, has_query, query = before_fragment.partition("?")
    scheme, _, rest = before_query.partition(":")
    if scheme in TUPLE_ORIGIN_SCHEMES:
        # NB: a serialised URL of such a scheme can be cut where its parts meet, at a third of the price of asking.
        authority, _, path = rest[2:].partition("/")
        path = f"/{path}"
        userinfo, _, host = authority.rpartition("@")
        username, _, password = userinfo.partition(":")
        port = None
        if not host.endswith("]"):
            name, has_port, digits = host.rpartition(":")
            if has_port:
                host, port = name, int(digits)
    else:
        username, password, host, path = parsed.username, parsed.password, parsed.hostname, parsed.pathname
        port = int(parsed.port) if parsed.port else None
    return URL(
        href=href,
        scheme=scheme,
        username=username,
        password=password,
        host=host,
        port=port,
        path=path,
        query=query if has_query else None,
        fragment=fragment if has_fragment else None,
        origin=_origin(scheme, host, port, path),
    )


def _origin(scheme: str, host: str, port: int | None, path: str) -> Origin:
    """
    Return the origin of a URL (https://url.spec.whatwg.org/#concept-url-origin).
    """
    if scheme in TUPLE_ORIGIN_SCHEMES:
        return tuple_origin(scheme, host, port)
    # NB: looked at first, so that a `blob:` in a `blob:` in a `blob:` is not parsed a hundred thousand times.
    if scheme == "blob" and path.lstrip(" ")[:4].lower() == "http":
        inner = _parse(path, None)
        if inner is not None and inner.is_http:
            return inner.origin
    return Origin()
