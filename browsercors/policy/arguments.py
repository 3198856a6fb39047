"""
The arguments of checks: each that is wrong is named with its value and with what would be right.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple, ParamSpec, TypeVar

from browsercors.browser.browser import Browser
from browsercors.engines.registry import DEFAULT_BROWSER, profile_named
from browsercors.policy.origins.patterns import listed_patterns, problem_with_pattern
from browsercors.policy.snippets import cookie_arguments
from browsercors.servers.shared_cache.settings import settings_named
from browsercors.servers.time_limits import checked_seconds
from browsercors.values.arguments import ArgumentTypeError
from browsercors.values.headers import is_header_name
from browsercors.values.methods import is_forbidden_method, normalize_method
from browsercors.values.urls import URL, parse_url

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors.policy.origins.patterns import OriginPattern
    from browsercors.values.literals import BrowserName, SharedCacheName

__all__ = [
    "DEFAULT_BUDGET",
    "LIVE_BUDGET",
    "Arguments",
    "checked_arguments",
    "checked_caches",
    "checked_callable",
    "checked_methods",
    "checked_number",
    "checked_patterns",
    "listed",
    "renamed",
]

DEFAULT_BUDGET: Final = 8000
"""How many page requests an application gets."""

LIVE_BUDGET: Final = 600
"""How many requests a server gets that others may use too: enough for all close origins of a policy with one path."""

P = ParamSpec("P")
R = TypeVar("R")


class Arguments(NamedTuple):
    """
    What all checks are told, as they use it.

    Attributes:
        origin: The origin that the application answers for.
        live: The URL of the live server; None for anything else.
        browsers: The names of the browsers.
        paths: Where requests go.
        methods: The methods to ask with; None if that was not said.
        cookies: The cookies that the browsers have for the server.
        timeout: How many seconds the server has for an answer.
        budget: How much may be asked: of an application, how many page requests; of a live server, how many requests
            reach it.
    """

    origin: str
    live: str | None
    browsers: tuple[BrowserName, ...]
    paths: tuple[str, ...]
    methods: tuple[str, ...] | None
    cookies: dict[str, str]
    timeout: float
    budget: int

    @property
    def is_live(self) -> bool:
        """
        Whether a live server is asked, which others may use too.
        """
        return self.live is not None

    @property
    def withholds(self) -> bool:
        """
        Whether requests with unsafe methods are not sent, but only their preflights: to a live server, unless told.
        """
        return self.is_live and self.methods is None

    @property
    def most_requests(self) -> int | None:
        """
        How many requests may reach the server; None for any number, as of an application.
        """
        return self.budget if self.is_live else None


def checked_arguments(
    app: Any, *, url: Any, browsers: Any, paths: Any, methods: Any, cookies: Any, timeout: Any, budget: Any = None
) -> Arguments:
    """
    Return the arguments that all checks have.

    Raises:
        ValueError: One of them is not right.
    """
    parsed = parse_url(url) if isinstance(url, str) else None
    if parsed is None or not parsed.is_http or parsed.origin.serialized != url.removesuffix("/"):
        raise ValueError(f"url has to be an origin such as 'https://api.example.com', not {url!r}")
    live = str(app) if isinstance(app, (str, URL)) else None
    if live is not None:
        _check_live(live)
    chosen = listed("browsers", browsers, f"[{DEFAULT_BROWSER!r}]")
    for browser in chosen:
        profile_named(browser)
    asked = listed("paths", paths, "['/items/']")
    for path in asked:
        if not isinstance(path, str) or not path.startswith("/"):
            raise ValueError(f"paths has to have paths such as '/items/7', not {path!r}")
    return Arguments(
        parsed.origin.serialized,
        live,
        chosen,
        asked,
        None if methods is None else checked_methods(methods),
        _cookies(cookies, parsed.origin.serialized),
        checked_seconds("timeout", timeout),
        (DEFAULT_BUDGET if live is None else LIVE_BUDGET) if budget is None else checked_number("budget", budget, 1),
    )


def _check_live(url: str) -> None:
    right = "an application, or the URL of a live server such as 'http://127.0.0.1:8000'"
    parsed = parse_url(url)
    if parsed is None or not parsed.is_http:
        raise ValueError(f"app has to be {right}, not {url!r}")
    if parsed.href != f"{parsed.origin.serialized}/":
        raise ValueError(f"app has to be {right}, not {url!r}; what pages ask for there goes into paths")


def _cookies(cookies: Any, origin: str) -> dict[str, str]:
    items = [*cookies.items()] if isinstance(cookies, Mapping) else [cookies]
    if not isinstance(cookies, Mapping) or not all(isinstance(text, str) for item in items for text in item):
        raise ValueError(f"cookies has to be a mapping of str to str, such as {{'session': '1'}}, not {cookies!r}")
    browser = Browser()
    for name, value in items:
        try:
            browser.set_cookie(name, value, **cookie_arguments(origin))  # type: ignore[arg-type]
        except ValueError as error:
            raise ValueError(f"cookies: {error}") from None
    return dict(cookies)


def listed(name: str, values: Any, example: str, *, may_be_empty: bool = False) -> tuple[Any, ...]:
    """
    Return *values*, the argument *name*, as a tuple.

    Raises:
        ValueError: It is no list, or an empty one.
    """
    is_list = isinstance(values, Iterable) and not isinstance(values, (str, bytes, Mapping))
    items = tuple(values) if is_list else ()
    if not is_list or not (items or may_be_empty):
        least = "" if may_be_empty else " with at least one item"
        raise ValueError(f"{name} has to be a list{least}, such as {example}, not {values!r}")
    return items


def checked_methods(methods: Any, *, may_be_empty: bool = False) -> tuple[str, ...]:
    """
    Return methods as browsers send them.

    Raises:
        ValueError: One is none that pages can use.
    """
    sent = []
    for method in listed("methods", methods, "['GET', 'PUT']", may_be_empty=may_be_empty):
        encoded = method.encode("utf-8", "surrogateescape") if isinstance(method, str) else b""
        if not is_header_name(encoded) or is_forbidden_method(encoded):
            raise ValueError(f"methods has to hold methods that pages can use, such as 'PUT', not {method!r}")
        sent.append(normalize_method(encoded).decode("ascii"))
    return tuple(sent)


def checked_patterns(allowed_origins: Any) -> tuple[OriginPattern, ...]:
    """
    Return `allowed_origins` as patterns.

    Raises:
        ValueError: One is no pattern of origins.
    """
    patterns = listed_patterns(allowed_origins)
    patterns = listed("allowed_origins", patterns, "['https://app.example.com']", may_be_empty=True)
    for pattern in patterns:
        problem = problem_with_pattern(pattern)
        if problem is not None:
            raise ValueError(f"allowed_origins: {pattern!r} {problem}")
    return patterns


def renamed(**new_names: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """
    Let a function say what an argument is called now, where it is called by an old name.

    Args:
        new_names: The new names, by the old ones.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def renaming(*args: P.args, **kwargs: P.kwargs) -> R:
            __tracebackhide__ = True
            for old in new_names.keys() & kwargs.keys():
                raise TypeError(f"{function.__name__}() has no argument {old!r}; it is {new_names[old]!r} now")
            return function(*args, **kwargs)

        return renaming

    return decorate


def checked_caches(caches: Any) -> tuple[SharedCacheName, ...]:
    """
    Return the names of shared caches.

    Raises:
        ValueError: There is no cache of one of them.
    """
    names = listed("caches", caches, "['varnish']", may_be_empty=True)
    try:
        for name in names:
            settings_named(name)
    except ValueError as error:
        raise ValueError(f"caches: {error}") from None
    return names


def checked_number(name: str, number: Any, least: int) -> int:
    """
    Return *number*, the argument *name*.

    Raises:
        ValueError: It is no whole number of *least* or more.
    """
    if not isinstance(number, int) or isinstance(number, bool) or number < least:
        raise ValueError(f"{name} has to be {least} or more, a whole number, not {number!r}")
    return number


def checked_callable(name: str, value: Any, example: str) -> None:
    """
    Check *value*, the argument *name*, which may be left out.

    Raises:
        ArgumentTypeError: It cannot be called.
    """
    if value is not None and not callable(value):
        raise ArgumentTypeError(f"{name} has to be a function, such as {example}, not {value!r}")
