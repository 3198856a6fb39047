"""
Strategies for the Content Security Policies of pages: values of the header, well-formed and odd.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from browsercors.protections.content_security_policy.parsing import FETCH_DIRECTIVES
from browsercors.strategies.arguments import check_size, chosen_from, strategy_or, three_valued, when_drawn
from browsercors.values.headers import is_header_value

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["content_security_policies"]

FIRST: Final = ("default-src", "connect-src", "img-src", "script-src", "style-src", "font-src", "media-src")
DIRECTIVES: Final[tuple[str, ...]] = (*FIRST, *sorted(FETCH_DIRECTIVES - set(FIRST)))
"""The directives that say where a page may load from, those that are seen most first."""

FURTHER: Final = (
    "upgrade-insecure-requests",
    "base-uri 'self'",
    "form-action 'none'",
    "frame-ancestors https://app.example.com",
    "report-uri /violations",
    "sandbox allow-scripts",
)

SOURCES: Final = (
    "'self'",
    "*",
    "https:",
    "http:",
    "data:",
    "https://api.example.com",
    "api.example.com",
    "*.example.com",
    "https://*.example.com:*",
    "api.example.com:443",
    "http://api.example.com:80",
    "https://api.example.com/",
    "https://api.example.com/items/",
    "https://api.example.com/a%20b",
    "'nonce-r4nd0m'",
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
    "'strict-dynamic'",
    "'unsafe-inline'",
    "127.0.0.1",
)

ODD: Final = (
    "",
    ";",
    ",",
    "default-src",
    "default-src 'none' https://api.example.com",
    "img-src self",
    "img-src 'self",
    "img-src https://api.example.com?q",
    "img-src //api.example.com",
    "img-src *.*.example.com",
    "img-src https//api.example.com",
    "img-src=https://api.example.com",
    "imgsrc 'self'",
    "img_src 'self'",
    "img-src https://b\xfccher.example",
    "script-src 'nonce-'",
    "script-src 'sha1-AAAA'",
    "default-src 'none'; default-src *",
    "DEFAULT-SRC 'NONE'",
    "default-src\t'self'\t;\t img-src  *",
    "default-src 'self';;; ;img-src *;",
    "default-src 'self' img-src *",
    "{'default-src': ['self']}",
    'default-src "self"',
)
"""What people write, and what browsers then ignore or take otherwise than it was meant."""


def content_security_policies(
    *,
    directives: Collection[str] = DIRECTIVES,
    sources: st.SearchStrategy[str] | None = None,
    odd: bool | None = None,
    max_size: int = 3,
) -> st.SearchStrategy[str]:
    """
    Draw values of `Content-Security-Policy`, for `browser.open(url, headers={"Content-Security-Policy": ...})`.

    They shrink to `default-src 'none'`; odd ones shrink to the empty value.

    Args:
        directives: The directives that say where a page may load from.
        sources: What these list, such as `just("'self'")`; what policies use by default.
        odd: False for policies in which browsers ignore nothing, True for those that are written wrongly or oddly.
        max_size: How many directives a policy has at most.
    """

    def make() -> st.SearchStrategy[str]:
        check_size(0, max_size)
        wanted = three_valued("odd", odd)
        names = chosen_from("directives", directives, DIRECTIVES)
        listed = strategy_or(lambda: st.sampled_from(SOURCES), "sources", sources).map(_checked)
        formed = _policies(names, listed, max_size)
        if wanted is False:
            return formed
        spoiled = st.sampled_from(ODD) | st.tuples(st.sampled_from(ODD), formed).map("; ".join)
        return spoiled if wanted else formed | spoiled

    return when_drawn(make)


def _policies(names: tuple[str, ...], sources: st.SearchStrategy[str], max_size: int) -> st.SearchStrategy[str]:
    values = st.just("'none'") | st.lists(sources, min_size=1, max_size=3, unique=True).map(" ".join)
    limits = st.dictionaries(st.sampled_from(names), values, min_size=min(1, max_size), max_size=max_size).map(
        lambda drawn: [f"{name} {value}" for name, value in drawn.items()]
    )
    further: st.SearchStrategy[list[str]] = st.just([]) | st.sampled_from(FURTHER).map(lambda directive: [directive])
    one = st.tuples(limits, further).map(lambda parts: "; ".join([*parts[0], *parts[1]]))
    # NB: two policies in one value, both of which have to allow a load.
    return one | st.tuples(one, one).map(", ".join)


def _checked(source: str) -> str:
    is_one = isinstance(source, str) and source.strip() == source and not set(source) & set(" ;,")
    if not is_one or not source or not is_header_value(source.encode("latin-1", "replace")):
        raise InvalidArgument(f"sources has to draw sources such as \"'self'\" or 'https://a.example', not {source!r}")
    return source
