"""
Strategies for what pages ask for: methods, request headers, and whole fetches.
"""

from __future__ import annotations

from string import ascii_uppercase, digits
from typing import TYPE_CHECKING, Any, Final, TypeAlias, get_args

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from browsercors.policy.sessions import Fetch
from browsercors.strategies.arguments import check_size, chosen_from, strategy_or, three_valued, when_drawn
from browsercors.values.literals import ReferrerPolicy
from browsercors.values.methods import is_cors_safelisted_method, normalize_method

if TYPE_CHECKING:
    from collections.abc import Collection

    from browsercors.values.literals import (
        RequestCache,
        RequestCredentials,
        RequestMode,
        RequestRedirect,
    )

__all__ = ["HEADER_KINDS", "fetches", "methods", "request_headers"]

Pairs: TypeAlias = "tuple[tuple[str, str], ...]"

DEFAULT_URL: Final = "https://api.example.com/"

SAFELISTED_METHODS: Final = ("GET", "POST", "HEAD", "post")
UNSAFE_METHODS: Final = ("PUT", "DELETE", "PATCH", "OPTIONS", "put", "patch", "QUERY")
TOKEN: Final = ascii_uppercase + digits + "-_.!#$%&'*+^`|~"

HEADER_KINDS: Final = ("safelisted", "boundary", "unsafe")

SAFELISTED_HEADERS: Final[tuple[Pairs, ...]] = (
    (("Accept", "text/html"),),
    (("Accept-Language", "en"),),
    (("Content-Language", "de"),),
    (("Content-Type", "text/plain"),),
    (("Content-Type", "application/x-www-form-urlencoded"),),
    (("Content-Type", "multipart/form-data; boundary=x"),),
    (("Range", "bytes=0-9"),),
)
UNSAFE_HEADERS: Final[tuple[Pairs, ...]] = (
    (("X-A", "1"),),
    (("X-A", "{0} %s ${x} [b] <b> `c`"),),
    (("Content-Type", "application/json"),),
    (("Authorization", "Bearer t"),),
    (("Accept", "<"),),
    (("Range", "bytes=-5"),),
)

# NB: the last that is safelisted and the first that is not: a value of 128 bytes, 1024 bytes in sum, a byte, an end.
LONGEST: Final = 128
BOUNDARY_HEADERS: Final[tuple[Pairs, ...]] = (
    (("Accept", "a" * LONGEST),),
    (("Accept", "a" * (LONGEST + 1)),),
    (("Accept-Language", "e" * LONGEST),),
    (("Accept-Language", "e" * (LONGEST + 1)),),
    (("Accept-Language", "e_"),),
    (("Content-Type", "text/plain;a=".ljust(LONGEST, "x")),),
    (("Content-Type", "text/plain;a=".ljust(LONGEST + 1, "x")),),
    (("Content-Type", 'text/plain;a="x"'),),
    (("Content-Type", "text/plainx"),),
    (("Range", "bytes=1-1"),),
    (("Range", "bytes=2-1"),),
    (("Accept", "a" * LONGEST),) * 8,
    (*((("Accept", "a" * LONGEST),) * 8), ("Accept-Language", "e")),
)

BODIES: Final = (None, "", "a=1", '{"a":1}', b"\x00\xff")

CREDENTIALS_MODES: Final[tuple[RequestCredentials, ...]] = ("same-origin", "include", "omit")
REQUEST_MODES: Final[tuple[RequestMode, ...]] = ("cors", "no-cors", "same-origin")

# NB: "only-if-cached" throws, but in requests to the page's own origin.
CACHE_MODES: Final[tuple[RequestCache, ...]] = ("default", "no-store", "reload", "no-cache", "force-cache")
REDIRECT_MODES: Final[tuple[RequestRedirect, ...]] = ("follow", "error", "manual")
REFERRERS: Final = ("about:client", "", "/elsewhere")
REFERRER_POLICIES: Final[tuple[ReferrerPolicy, ...]] = get_args(ReferrerPolicy)

ONLY_CORS: Final[tuple[RequestMode, ...]] = ("cors",)


def methods(*, safelisted: bool | None = None) -> st.SearchStrategy[str]:
    """
    Draw methods as a page writes them, in any case; they shrink to GET. Those that no page can use are not drawn.

    Args:
        safelisted: True for those that need no preflight, False for those that need one.
    """

    def make() -> st.SearchStrategy[str]:
        wanted = three_valued("safelisted", safelisted)
        # NB: what begins with X is none of the methods that browsers know.
        others = st.sampled_from(UNSAFE_METHODS) | st.text(TOKEN, max_size=8).map(lambda rest: f"X{rest}")
        if wanted is False:
            return others
        return st.sampled_from(SAFELISTED_METHODS) if wanted else st.sampled_from(SAFELISTED_METHODS) | others

    return when_drawn(make)


def request_headers(
    *,
    kinds: Collection[str] = HEADER_KINDS,
    names: st.SearchStrategy[str] | None = None,
    max_size: int = 3,
) -> st.SearchStrategy[Pairs]:
    """
    Draw the headers that a page sets, as (name, value) pairs; they shrink to none.

    Args:
        kinds: "safelisted" for headers that need no preflight by themselves, "unsafe" for those that need one, and
            "boundary" for those that only just do or do not: of 128 and 129 bytes, of 1024 and 1025 in sum.
        names: Further names for unsafe headers.
        max_size: How many different headers at most.
    """

    def make() -> st.SearchStrategy[Pairs]:
        check_size(0, max_size)
        pools = {
            "safelisted": st.sampled_from(SAFELISTED_HEADERS),
            "boundary": st.sampled_from(BOUNDARY_HEADERS),
            "unsafe": st.sampled_from(UNSAFE_HEADERS) | strategy_or(_names, "names", names).map(_named),
        }
        items = st.one_of([pools[kind] for kind in chosen_from("kinds", kinds, HEADER_KINDS)])
        return st.lists(items, max_size=max_size).map(_combined)

    return when_drawn(make)


def fetches(
    urls: st.SearchStrategy[str] | None = None,
    *,
    methods: st.SearchStrategy[str] | None = None,
    headers: st.SearchStrategy[Pairs] | None = None,
    bodies: st.SearchStrategy[str | bytes | None] | None = None,
    credentials: Collection[RequestCredentials] = CREDENTIALS_MODES,
    modes: Collection[RequestMode] = ONLY_CORS,
    caches: Collection[RequestCache] = CACHE_MODES,
    redirects: Collection[RequestRedirect] = REDIRECT_MODES,
    referrers: st.SearchStrategy[str] | None = None,
    referrer_policies: Collection[ReferrerPolicy] = REFERRER_POLICIES,
) -> st.SearchStrategy[Fetch]:
    """
    Draw fetches that a page can make: none of them throws. They shrink to a GET without headers.

    Args:
        urls: Where they go; `https://api.example.com/` by default.
        methods: As `methods()` draws them.
        headers: As `request_headers()` draws them.
        bodies: str, bytes, or None for no body; only for methods that can have one.
        credentials: The credentials modes.
        modes: The request modes. "no-cors" is drawn only with methods that it can have.
        caches: The cache modes, but "only-if-cached".
        redirects: The redirect modes.
        referrers: URLs of the page's origin, which may be relative, "" for none, or "about:client" for the page.
        referrer_policies: The referrer policies; "" for the page's own.
    """

    def make() -> st.SearchStrategy[Fetch]:
        only_no_cors = set(chosen_from("modes", modes, REQUEST_MODES)) == {"no-cors"}
        return _fetches(
            strategy_or(lambda: st.just(DEFAULT_URL), "urls", urls),
            strategy_or(lambda: _methods(safelisted=only_no_cors or None), "methods", methods),
            strategy_or(request_headers, "headers", headers),
            strategy_or(lambda: st.sampled_from(BODIES), "bodies", bodies),
            chosen_from("credentials", credentials, CREDENTIALS_MODES),
            # NB: what some methods cannot have comes last, so that the others keep their place for the shrinker.
            tuple(sorted(chosen_from("modes", modes, REQUEST_MODES), key=lambda mode: mode == "no-cors")),
            st.tuples(
                st.sampled_from(chosen_from("caches", caches, CACHE_MODES)),
                st.sampled_from(chosen_from("redirects", redirects, REDIRECT_MODES)),
                strategy_or(lambda: st.sampled_from(REFERRERS), "referrers", referrers),
                st.sampled_from(chosen_from("referrer_policies", referrer_policies, REFERRER_POLICIES)),
            ),
        )

    return when_drawn(make)


@st.composite
def _fetches(
    draw: st.DrawFn,
    urls: st.SearchStrategy[str],
    methods: st.SearchStrategy[str],
    headers: st.SearchStrategy[Pairs],
    bodies: st.SearchStrategy[str | bytes | None],
    credentials: tuple[RequestCredentials, ...],
    modes: tuple[RequestMode, ...],
    options: st.SearchStrategy[tuple[RequestCache, RequestRedirect, str, ReferrerPolicy]],
) -> Fetch:
    url = draw(urls)
    method = draw(methods)
    sent = normalize_method(method.encode("utf-8"))
    possible = modes if is_cors_safelisted_method(sent) else [mode for mode in modes if mode != "no-cors"]
    if not possible:
        raise InvalidArgument(f"methods has to draw GET, HEAD or POST where modes has only 'no-cors', not {method!r}")
    drawn_headers = draw(headers)
    body = None if sent in {b"GET", b"HEAD"} else draw(bodies)
    drawn_credentials, mode = draw(st.sampled_from(credentials)), draw(st.sampled_from(possible))
    cache, redirect, referrer, referrer_policy = draw(options)
    return Fetch(
        url,
        method=method,
        headers=drawn_headers,
        body=body,
        credentials=drawn_credentials,
        mode=mode,
        cache=cache,
        redirect=redirect,
        referrer=referrer,
        referrer_policy=referrer_policy,
    )


# NB: under another name, as arguments are named like strategies.
_methods: Final = methods


def _names() -> st.SearchStrategy[str]:
    return st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=8).map(lambda rest: f"X-{rest}")


def _named(name: Any) -> Pairs:
    if not isinstance(name, str):
        raise InvalidArgument(f"names has to draw names such as 'X-Token', not {name!r}")
    return ((name, "1"),)


def _combined(items: list[Pairs]) -> Pairs:
    """
    Put headers together; of those with one name the last one stays, as two would be one header with a joined value.
    """
    by_name = {items[0][0].lower(): items for items in items if items}
    return tuple(pair for pairs in by_name.values() for pair in pairs)
