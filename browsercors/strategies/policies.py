"""
Strategies for policies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from browsercors.policy.contradictions import PolicyError
from browsercors.policy.names import ANY, ANY_NAME
from browsercors.policy.origins.patterns import ANY_ORIGIN, ports_of, subdomains_of
from browsercors.policy.policy import Policy
from browsercors.policy.settings import DEFAULT_METHODS
from browsercors.strategies.arguments import strategy_or, three_valued, when_drawn
from browsercors.strategies.origins import RESERVED_SUFFIXES, SIMPLEST, domains, origins

if TYPE_CHECKING:
    from browsercors.policy.origins.patterns import OriginPattern

__all__ = ["policies"]

Names: TypeAlias = "st.SearchStrategy[tuple[str, ...]]"

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "QUERY")
HEADERS: Final = ("X-A", "Content-Type", "Authorization", "X-B")
EXPOSED: Final = ("ETag", "X-Request-Id", "Link")
MAX_AGES: Final = (None, 0, 1, 5, 600, 7200, 86400)
PATHS: Final = ("/public/*", "/items", "/items/*", "/public/items", "/a%20b", "/api/v1/*", "/items/{id}", "*.json")

_METHOD_LISTS: Final[Names] = st.just(DEFAULT_METHODS) | st.lists(
    st.sampled_from(METHODS), min_size=1, unique=True
).map(tuple)
_HEADER_LISTS: Final[Names] = st.lists(st.sampled_from(HEADERS), unique=True).map(tuple)
_EXPOSED_LISTS: Final[Names] = st.lists(st.sampled_from(EXPOSED), unique=True).map(tuple)


def policies(
    *,
    origins: st.SearchStrategy[OriginPattern] | None = None,
    credentials: bool | None = None,
    paths: st.SearchStrategy[str] | None = None,
) -> st.SearchStrategy[Policy]:
    """
    Draw policies without contradictions; they shrink to one that allows `https://a.example` what is allowed by default.

    Args:
        origins: The patterns that each list of origins is made of; by default exact origins, subdomains, ports, or any
            origin at all, which goes with nothing else.
        credentials: True or False for policies that allow them or do not. Those that do allow no `ANY_ORIGIN`.
        paths: The path patterns for which there may be another policy, such as `/public/*`.
    """

    def make() -> st.SearchStrategy[Policy]:
        patterns = strategy_or(_patterns, "origins", origins)
        wanted = three_valued("credentials", credentials)
        keys = strategy_or(lambda: st.sampled_from(PATHS), "paths", paths)
        can_be_any = origins is None
        inner = _policies(patterns, wanted, st.just({}), can_be_any=can_be_any)
        by_path = st.dictionaries(keys, st.none() | inner, max_size=2)
        return _policies(patterns, wanted, by_path, can_be_any=can_be_any)

    return when_drawn(make)


@st.composite
def _policies(
    draw: st.DrawFn,
    patterns: st.SearchStrategy[OriginPattern],
    credentials: bool | None,
    paths: st.SearchStrategy[dict[str, Policy | None]],
    *,
    can_be_any: bool,
) -> Policy:
    # NB: what is drawn does not depend on what was drawn, since hypothesis takes what needs fewer choices for simpler.
    drawn_credentials, drawn_any, *wild = draw(st.tuples(*[st.booleans()] * 5))
    with_credentials = drawn_credentials if credentials is None else credentials
    chosen = draw(st.lists(patterns, min_size=1, max_size=3))
    is_any = ANY_ORIGIN in chosen or (can_be_any and not with_credentials and drawn_any)
    methods, headers, expose = draw(st.tuples(_METHOD_LISTS, _HEADER_LISTS, _EXPOSED_LISTS))
    wild_methods, wild_headers, wild_expose = wild
    # NB: the `*` of CORS headers means nothing with credentials.
    everything = ANY if with_credentials else ANY_NAME
    settings: dict[str, Any] = {
        "origins": ANY_ORIGIN if is_any else chosen,
        "methods": (everything,) if wild_methods else methods,
        "headers": (everything, *(() if with_credentials else headers)) if wild_headers else headers,
        "expose": (everything, *(() if with_credentials else expose)) if wild_expose else expose,
        "credentials": with_credentials and (credentials is True or not is_any),
        "max_age": draw(st.sampled_from(MAX_AGES)),
        "paths": draw(paths),
    }
    try:
        return Policy(**settings)
    except PolicyError as error:
        # NB: only an argument can do that.
        raise InvalidArgument(str(error)) from None


def _patterns() -> st.SearchStrategy[OriginPattern]:
    tops = st.tuples(st.sampled_from(("https", "http")), domains(suffixes=RESERVED_SUFFIXES))
    return st.one_of(
        # NB: the simplest, which takes no further choice.
        st.just(f"https://{SIMPLEST}"),
        origins(),
        tops.map(lambda parts: subdomains_of(f"{parts[0]}://{parts[1]}")),
        origins(ports=st.none()).map(ports_of),
    )
