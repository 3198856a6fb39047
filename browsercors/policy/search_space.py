"""
What a search ranges over: origins that are allowed and origins that are close to them, paths, methods, request headers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from browsercors.policy.names import named
from browsercors.policy.origins.left_behind_origins import left_behind_origins
from browsercors.policy.origins.near_misses import ATTACKER, NearMissKind, near_misses_of
from browsercors.policy.origins.patterns import AnyOrigin
from browsercors.policy.origins.slow_origins import LENGTHS, slow_origins
from browsercors.servers.time_limits import is_main_thread
from browsercors.values.methods import is_cors_safelisted_method, is_forbidden_method

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from browsercors.policy.origins.patterns import OriginPattern
    from browsercors.policy.policy import Policy
    from browsercors.policy.routes.path_patterns import PathPattern
    from browsercors.policy.routes.route import Route

__all__ = ["ATTACKERS", "SearchSpace", "examples_of", "header_for", "path_of", "search_space_of"]

ATTACKERS: Final = (f"https://{ATTACKER}", "https://x8k2q.test")
"""Two origins that nobody can guess: what both of them get, every page gets."""

INSECURE_ATTACKERS: Final = ("http://attacker.example",)

USUAL_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")
UNGUESSABLE_METHOD: Final = "X8K2Q"
UNGUESSABLE_HEADER: Final = "X-X8k2q"
MOST_SLOW: Final = 2
"""Of how many allowed origins slow ones are made: they go through the same expression."""

UNKNOWN_SEGMENT: Final = "no-such-page-x8k2q"

UNSAFE_VALUES: Final = {
    "accept": "<",
    "accept-language": "<",
    "content-language": "<",
    "content-type": "application/json",
    "authorization": "Bearer x8k2q",
    "range": "bytes=-5",
}
"""Values with which the headers that are safe otherwise need permission; any other header needs it anyway."""


def header_for(name: str) -> tuple[str, str]:
    """
    Return the header *name* with a value that browsers ask permission for.
    """
    return name, UNSAFE_VALUES.get(name.lower(), "1")


def path_of(url: str) -> str:
    """
    Return the path of a URL, with its query.
    """
    return f"/{url.split('/', 3)[3]}"


@attrs.frozen
class SearchSpace:
    """
    What a search ranges over.

    Attributes:
        allowed: Origins that some rule of the policy allows.
        strangers: Origins that have nothing to do with any of these, and `null`.
        near: Origins that are close to an allowed one, in an order that begins with one of each kind.
        left_behind: Origins that people leave in allow-lists, in an order that begins with one of each kind.
        slow: Origins that cost a regular expression its time, the cheapest first.
        codes: In what each origin that is not allowed is close; "any" for in nothing.
        paths: Where requests go.
        methods: What they ask with.
        headers: The names of what they set.
        routes: What the server is known to take at some of the paths.
        sockets: Where it is known to have WebSockets.
        knows_sockets: Whether these are all.
    """

    allowed: tuple[str, ...]
    strangers: tuple[str, ...]
    near: tuple[str, ...]
    codes: dict[str, str]
    paths: tuple[str, ...]
    methods: tuple[str, ...]
    headers: tuple[str, ...]
    left_behind: tuple[str, ...] = ()
    slow: tuple[str, ...] = ()
    routes: tuple[Route, ...] = ()
    sockets: tuple[str, ...] = ()
    knows_sockets: bool = False

    @property
    def unsafe_methods(self) -> tuple[str, ...]:
        """
        The methods that browsers ask permission for.
        """
        return tuple(method for method in self.methods if not is_cors_safelisted_method(method.encode()))

    def class_of(self, origin: str) -> str:
        """
        Return the kind of *origin*: "allowed", "stranger", "null", "slow", or in what it is close to an allowed one.
        """
        if origin in self.allowed:
            return "allowed"
        if origin in self.slow:
            return "slow"
        code = self.codes.get(origin, "any")
        return "stranger" if code == "any" else code


def search_space_of(
    policy: Policy,
    target: str,
    *,
    paths: Iterable[str],
    methods: Iterable[str] | None,
    unknown_path: bool,
    is_live: bool = False,
    routes: Sequence[Route] = (),
) -> SearchSpace:
    """
    Return what a search for violations of *policy* by the server of the origin *target* ranges over.
    """
    rules = policy.rules
    patterns = list(dict.fromkeys(pattern for rule in rules for pattern in rule.origins))
    bases = list(dict.fromkeys(base for pattern in patterns for base in examples_of(pattern)))
    strangers = (*(INSECURE_ATTACKERS if target.startswith("http:") else ()), *ATTACKERS, "null")
    allowed = tuple(base for base in bases if base != target and _is_listed(base, rules))
    codes = {"null": "null", **dict.fromkeys((*ATTACKERS, *INSECURE_ATTACKERS), "any")}
    near: dict[NearMissKind, list[str]] = {kind: [] for kind in NearMissKind}
    for base in bases:
        if base not in allowed and base != target:
            near[NearMissKind.SUPERDOMAIN].append(base)
        for miss in near_misses_of(base):
            # NB: no name has an empty label at its beginning, so that nobody can have a page there.
            is_known = miss.origin in codes or miss.origin in allowed or miss.origin == target
            if not is_known and "://." not in miss.origin:
                codes[miss.origin] = miss.kind.value
                near[miss.kind].append(miss.origin)
    left_behind = [
        left
        for left in left_behind_origins(patterns, target)
        if left.is_web and left.origin not in codes and left.origin not in allowed
    ]
    codes.update((left.origin, left.kind.value) for left in left_behind)
    is_open = any(isinstance(pattern, AnyOrigin) for pattern in policy.origins)
    web = [base for base in bases if base.startswith(("http://", "https://"))]
    slow = () if is_open or not web else slow_origins(web[:MOST_SLOW], lengths=_lengths(is_live=is_live))
    return SearchSpace(
        allowed=allowed or ATTACKERS[:1],
        strangers=strangers,
        near=tuple(dict.fromkeys(_in_turn(near.values()))),
        codes=codes,
        paths=_paths(policy, paths, unknown_path=unknown_path),
        methods=tuple(dict.fromkeys(_methods(rules, routes) if methods is None else methods)),
        headers=_headers(rules),
        left_behind=tuple(left.origin for left in left_behind),
        slow=tuple(each.origin for each in slow if each.origin not in allowed),
        routes=tuple(routes),
    )


def examples_of(pattern: OriginPattern) -> Iterator[str]:
    """
    Yield the origins whose neighbours show how a pattern was understood.
    """
    if isinstance(pattern, str):
        yield pattern
    else:
        yield from pattern.examples()
        yield from pattern.counterexamples()


def _lengths(*, is_live: bool) -> tuple[int, ...]:
    """
    Return how long the runs of slow origins are: the longest only where a server that hangs can be interrupted.
    """
    if is_live:
        return LENGTHS[:1]
    return LENGTHS if is_main_thread() else LENGTHS[:2]


def _is_listed(origin: str, rules: Iterable[Policy]) -> bool:
    return any(rule.lists_origin(origin) for rule in rules)


def _in_turn(lists: Iterable[list[str]]) -> Iterator[str]:
    """
    Yield the first of each list, then the second of each, and so on.
    """
    rows = [items for items in lists if items]
    for place in range(max(map(len, rows), default=0)):
        yield from (items[place] for items in rows if place < len(items))


def _paths(policy: Policy, paths: Iterable[str], *, unknown_path: bool) -> tuple[str, ...]:
    """
    Return the paths given, those that the policy names, the ones that lack a slash, and one that nobody has.
    """
    given = [*paths, *map(_path_of, policy.path_patterns)]
    slashless = [path.removesuffix("/") for path in given if path.endswith("/") and path != "/"]
    unknown = [f"{given[0].partition('?')[0].rpartition('/')[0]}/{UNKNOWN_SEGMENT}"] if unknown_path else []
    return tuple(dict.fromkeys([*given, *slashless, *unknown]))


def _path_of(pattern: PathPattern) -> str:
    if pattern.parameters:
        return pattern.example()
    path = pattern.text.replace("*", UNKNOWN_SEGMENT)
    return path if path.startswith("/") else f"/{path}"


def _methods(rules: Iterable[Policy], routes: Iterable[Route]) -> Iterator[str]:
    yield from USUAL_METHODS
    yield from (method for route in routes for method in route.methods if not is_forbidden_method(method.encode()))
    yield from (method for rule in rules for method in named(rule.methods))
    yield UNGUESSABLE_METHOD


def _headers(rules: Iterable[Policy]) -> tuple[str, ...]:
    listed = {name.lower(): name for rule in rules for name in named(rule.headers)}
    usual = {name.lower(): name for name in (UNGUESSABLE_HEADER, "Content-Type", "Authorization")}
    return tuple({**usual, **listed}.values())
