"""
Strategies for sessions: what pages, browser and server do one after the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from browsercors.policy.arguments import checked_methods
from browsercors.policy.names import named
from browsercors.policy.search_space import header_for, search_space_of
from browsercors.policy.sessions import Advance, ChangePolicy, Clear, Fetch, Load, Memory, Session, Step, Visit
from browsercors.strategies.arguments import check_size, checked_origin, strategy_or, when_drawn
from browsercors.strategies.loads import loads as any_loads
from browsercors.strategies.origins import origins as any_origins
from browsercors.strategies.pages import DEFAULT_SERVER, checked_policy, visits
from browsercors.strategies.policies import policies as any_policies
from browsercors.strategies.requests import fetches as any_fetches, request_headers
from browsercors.values.methods import is_cors_safelisted_method

if TYPE_CHECKING:
    from collections.abc import Iterator

    from browsercors.policy.policy import Policy
    from browsercors.policy.search_space import SearchSpace
    from browsercors.values.literals import LoadName, RequestCredentials

__all__ = ["SECONDS", "fetches_on", "loads_on", "origins_on", "sessions", "sessions_for", "sessions_on"]

Steps: TypeAlias = "tuple[Step, ...]"

MOST_FETCHES: Final = 6
MOST_DIFFERENT: Final = 3
"""How many different requests a session has: few, so that they are made again."""

SECONDS: Final = (0.5, 5.5, 60.5, 600.5, 7200.5, 86400.5)
"""Around what policies say, and what the browsers' caps and defaults are."""

WITH_CORS: Final = ("anonymous", "use-credentials")
ELEMENTS: Final[tuple[LoadName, ...]] = ("image", "script", "stylesheet", "media")
PRELOADS: Final[tuple[LoadName, ...]] = ("preload", "prefetch", "modulepreload")
"""What is drawn for a check: the loads that reveal something, and those that may change what comes later."""

MOMENTS: Final = st.sampled_from(SECONDS).map(Advance)
FORGETTING: Final = st.sampled_from(Memory).map(Clear)


class _Drawn(NamedTuple):
    """
    The parts of a session.

    Attributes:
        first: The first page.
        fetches: The different requests.
        moves: What happens before each request, and which one it is.
    """

    first: Visit
    fetches: list[Fetch]
    moves: list[tuple[Steps, int]]

    def session(self) -> Session:
        """
        Return the steps in order.
        """
        moves = [(*before, self.fetches[number % len(self.fetches)]) for before, number in self.moves]
        return Session((self.first, *(step for move in moves for step in move)))


def sessions(
    *,
    origins: st.SearchStrategy[str] | None = None,
    fetches: st.SearchStrategy[Fetch] | None = None,
    loads: st.SearchStrategy[Load] | None = None,
    policies: st.SearchStrategy[Policy] | None = None,
    min_size: int = 1,
    max_size: int | None = None,
) -> st.SearchStrategy[Session]:
    """
    Draw sessions: a page is opened and makes requests.

    Before each, time passes, the browser forgets something, another page is opened, the page loads something, or
    nothing happens. Few of the requests differ, so that some are made again. Sessions shrink to a page that makes one.

    Args:
        origins: Of the pages; any by default, `null` among them.
        fetches: As `fetches()` draws them.
        loads: As `loads()` draws them; `nothing()` for none.
        policies: What the server's policy can be changed to; by default it is not changed, and no server is needed to
            run the session.
        min_size: How many requests at least.
        max_size: How many requests at most; 6 by default.
    """

    def make() -> st.SearchStrategy[Session]:
        changes = None if policies is None else strategy_or(any_policies, "policies", policies).map(ChangePolicy)
        return _sessions(
            visits(origins),
            strategy_or(any_fetches, "fetches", fetches),
            strategy_or(any_loads, "loads", loads),
            changes,
            min_size=min_size,
            max_size=max_size,
        )

    return when_drawn(make)


def sessions_for(
    policy: Policy,
    *,
    url: str = DEFAULT_SERVER,
    paths: Iterable[str] = ("/",),
    methods: Iterable[str] | None = None,
    min_size: int = 1,
    max_size: int | None = None,
) -> st.SearchStrategy[Session]:
    """
    Draw sessions of the pages that *policy* is about, with requests to its server: what `check_policy` draws.

    The pages are allowed ones, near misses of them, and strangers. The requests are what the policy promises, and more.

    Args:
        policy: The policy.
        url: The origin of the server.
        paths: Where requests go. The paths that the policy names are tried as well.
        methods: What they ask with; by default the usual methods, those that the policy names, and one nobody knows.
        min_size: How many requests at least.
        max_size: How many requests at most; 6 by default.
    """

    def make() -> st.SearchStrategy[Session]:
        server = checked_origin("url", url)
        is_list = isinstance(paths, Iterable) and not isinstance(paths, (str, bytes))
        asked = tuple(paths) if is_list else ()
        if not asked or any(not isinstance(path, str) or not path.startswith("/") for path in asked):
            raise InvalidArgument(f"paths has to be a list of paths such as ['/items/7'], not {paths!r}")
        try:
            chosen = None if methods is None else checked_methods(methods)
        except ValueError as error:
            raise InvalidArgument(str(error)) from None
        space = search_space_of(checked_policy(policy), server, paths=asked, methods=chosen, unknown_path=False)
        return sessions_on(space, server, policy, min_size=min_size, max_size=max_size)

    return when_drawn(make)


def sessions_on(
    space: SearchSpace,
    origin: str,
    policy: Policy | None = None,
    *,
    min_size: int = 1,
    max_size: int | None = None,
) -> st.SearchStrategy[Session]:
    """
    Draw sessions of pages and requests from what a search ranges over.

    Args:
        space: What it ranges over.
        origin: Of the server.
        policy: What it is about; then some of the requests are those that it promises.
        min_size: How many requests at least.
        max_size: How many requests at most; 6 by default.
    """
    return _sessions(
        visits(origins_on(space)),
        fetches_on(space, origin, policy),
        loads_on(space, origin, crossorigins=WITH_CORS),
        None,
        min_size=min_size,
        max_size=max_size,
    )


def origins_on(space: SearchSpace) -> st.SearchStrategy[str]:
    """
    Draw origins of pages: an allowed one, one that is close to it, a stranger's, and sometimes any at all.
    """
    known = st.sampled_from((*space.allowed, *space.strangers, *space.near, *space.left_behind))
    return st.sampled_from(space.allowed) | known | any_origins(allow_null=True)


def fetches_on(space: SearchSpace, origin: str, policy: Policy | None = None) -> st.SearchStrategy[Fetch]:
    """
    Draw requests to the server of *origin*: those that *policy* promises, usual ones, and odd ones.

    Odd ones choose their cache and redirect modes and their referrer.
    """
    urls = st.sampled_from([f"{origin}{path}" for path in space.paths])
    methods = st.sampled_from(space.methods)
    listed = st.lists(st.sampled_from(space.headers).map(header_for), unique=True, max_size=2).map(tuple)
    headers = listed | request_headers(names=st.sampled_from(space.headers), max_size=2)
    usual = any_fetches(
        urls,
        methods=methods,
        headers=headers,
        caches=["default"],
        redirects=["follow"],
        referrers=st.just("about:client"),
        referrer_policies=[""],
    )
    # NB: not "force-cache": whoever asks for a stale response gets one, and no policy says otherwise.
    odd = any_fetches(urls, methods=methods, headers=headers, caches=["default", "no-cache", "reload", "no-store"])
    promised = [] if policy is None else [*_promised(policy, space, origin)]
    return st.one_of(*([st.sampled_from(promised)] if promised else []), usual, odd)


def loads_on(
    space: SearchSpace, origin: str, *, crossorigins: tuple[str | None, ...] = (None, "anonymous", "use-credentials")
) -> st.SearchStrategy[Load]:
    """
    Draw loads from the server of *origin*, with or without CORS.

    NB: what is loaded without CORS may stay in the browser's cache and spoil what is asked for after it. A check looks
    for that in stages of its own, and draws loads with CORS only.
    """
    urls = st.sampled_from([f"{origin}{path}" for path in space.paths])
    initiators = ELEMENTS if None not in crossorigins else (*ELEMENTS, *PRELOADS)
    return any_loads(urls, initiators=initiators, crossorigins=crossorigins, referrer_policies=[""]).map(_plain)


def _plain(load: Load) -> Load:
    """
    Return *load* without what has nothing to do with CORS, and changes what is asked for.
    """
    drawn = {name: value for name, value in load.attributes.items() if name in ("crossorigin", "type", "as_")}
    return Load(load.initiator, load.url, **drawn)


def _promised(policy: Policy, space: SearchSpace, origin: str) -> Iterator[Fetch]:
    """
    Yield the requests that *policy* promises to all its pages: each method alone and with each header.
    """
    for path in space.paths:
        rule = policy.rule_for(path)
        if rule is None:
            continue
        modes: tuple[RequestCredentials, ...] = ("include", "same-origin") if rule.credentials else ("same-origin",)
        headers = [(), *((header_for(name),) for name in named(rule.headers))]
        # NB: a method that needs a preflight first, since that is what there is to remember.
        methods = sorted(named(rule.methods), key=lambda method: is_cors_safelisted_method(method.encode()))
        for method, given, credentials in product(methods, headers, modes):
            yield Fetch(f"{origin}{path}", method=method, headers=given, credentials=credentials)


def _sessions(
    pages: st.SearchStrategy[Visit],
    fetches: st.SearchStrategy[Fetch],
    loads: st.SearchStrategy[Load],
    changes: st.SearchStrategy[ChangePolicy] | None,
    *,
    min_size: int,
    max_size: int | None,
) -> st.SearchStrategy[Session]:
    check_size(min_size, max_size, least=1)
    most = max(MOST_FETCHES, min_size) if max_size is None else max_size
    happenings: list[st.SearchStrategy[Step]] = [
        MOMENTS,
        pages,
        FORGETTING,
        loads,
        *([] if changes is None else [changes]),
    ]
    before: st.SearchStrategy[Steps] = st.just(()) | st.tuples(st.one_of(happenings))
    moves = st.lists(st.tuples(before, st.integers(0, MOST_DIFFERENT - 1)), min_size=min_size, max_size=most)
    different = st.lists(fetches, min_size=1, max_size=min(MOST_DIFFERENT, most))
    return st.tuples(pages, different, moves).map(lambda drawn: _Drawn(*drawn).session())
