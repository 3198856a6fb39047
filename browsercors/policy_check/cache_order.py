"""
The order of requests: what a page gets only because of who asked a cache before.
"""

from __future__ import annotations

from itertools import permutations, product
from typing import TYPE_CHECKING, Final

from browsercors.fetch.timeline import CachedResponse
from browsercors.policy.elements.revealed import reads
from browsercors.policy.plan import Case, orders
from browsercors.policy.search_space import header_for
from browsercors.policy.sessions import Clear, Fetch, Memory, Session, Visit
from browsercors.policy_check.judge import Breach, asker_of
from browsercors.policy_check.violations import ViolationKind
from browsercors.servers.shared_cache.settings import settings_named

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Sequence

    from browsercors.policy.search_space import SearchSpace
    from browsercors.policy.sessions import StepResult

__all__ = ["PREFLIGHT_VARY", "in_order_of_asking", "orders_through", "preflight_orders"]

PREFLIGHT_VARY: Final = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
"""What a preflight's response depends on, and so what `Vary` has to name where a shared cache stores it."""

WITHOUT_ORIGIN: Final = "a request without Origin"

MOST_OF_A_KIND: Final = 3
"""How many methods, headers and other origins take part in orders of preflights: they show the same fault."""


def orders_through(cache: str, space: SearchSpace, origin: str, browsers: Sequence[str]) -> Iterator[Case]:
    """
    Yield the orders of requests that show what the shared cache of that name mixes up.

    Raises:
        ValueError: There is no cache of that name.
    """
    yield from orders(space, origin, browsers)
    if b"OPTIONS" in settings_named(cache).rules.methods:
        yield from preflight_orders(space, origin, browsers)


def preflight_orders(space: SearchSpace, origin: str, browsers: Sequence[str]) -> Iterator[Case]:
    """
    Yield the cases in which one preflight comes after another one for the same URL, with something else in it.

    The second one differs in one thing at a time: the origin, the method, or the headers.
    """
    methods = [name for name in space.unsafe_methods if name != "OPTIONS"][:MOST_OF_A_KIND]
    headers = [header_for(name) for name in space.headers[:MOST_OF_A_KIND]]
    for browser, path in product(browsers, space.paths):
        url = f"{origin}{path}"
        by_method = [Fetch(url, method=method) for method in methods]
        by_header = [Fetch(url, headers=(header,)) for header in headers]
        asked = [*by_method, *by_header]
        strangers = [stranger for stranger in space.strangers if stranger not in space.allowed]
        for last in space.allowed[:MOST_OF_A_KIND]:
            others = [other for other in space.allowed if other != last][:MOST_OF_A_KIND]
            for first, fetch in product((*strangers, *others), asked):
                yield Case(browser, Session((Visit(first), fetch, Visit(last), fetch)))
            for before, fetch in (*permutations(by_method, 2), *permutations(by_header, 2)):
                # NB: the browser may not remember the first one, or it would send no second.
                yield Case(browser, Session((Visit(last), before, Clear(Memory.PREFLIGHTS), fetch)))
        for last, fetch in product(strangers, asked):
            yield Case(browser, Session((Visit(space.allowed[0]), fetch, Visit(last), fetch)))


def in_order_of_asking(
    judge: Callable[[Session, Sequence[StepResult]], Iterable[Breach]],
    *,
    known: Container[tuple[ViolationKind, str]] = (),
    is_browser_s: bool = False,
) -> Callable[[Session, Sequence[StepResult]], Iterator[Breach]]:
    """
    Return a judge of sessions through a cache: what *judge* finds in a last request that others came before.

    Args:
        judge: Tells what results say.
        known: What is broken without a cache already, and is no matter of order.
        is_browser_s: Whether the cache is the browser's own, so that it can be seen what it has answered.
    """
    cache = "The browser's own HTTP cache" if is_browser_s else "A cache"

    def breaches(session: Session, results: Sequence[StepResult]) -> Iterator[Breach]:
        last = len(results) - 1
        for breach in judge(session, results):
            if last == 0 or breach.place < last or (breach.kind, breach.code) in known:
                continue
            if is_browser_s and not any(isinstance(entry, CachedResponse) for entry in results[last].timeline):
                continue
            before = _told_of_preflights(session, breach, results) or _told(session, results)
            sender = "an image without crossorigin" if before == WITHOUT_ORIGIN else before
            sentence = f"{breach.sentence} {cache} has kept what {sender} got."
            if before.startswith("a preflight"):
                sentence += f" A response to OPTIONS that a shared cache stores needs `Vary: {PREFLIGHT_VARY}`."
            yield Breach(ViolationKind.ORDER_MATTERS, f"{breach.kind.value} after {before}", last, sentence)

    return breaches


def _told_of_preflights(session: Session, breach: Breach, results: Sequence[StepResult]) -> str | None:
    """
    Return which preflight came before, if what came of the last preflight is what is broken; None if it is not.
    """
    result = results[-1]
    is_refused = result.block is not None and result.block.during_preflight
    if not is_refused and breach.kind is not ViolationKind.SENT:
        return None
    first_origin, first = asker_of(session, 0)
    last_origin, last = asker_of(session, len(results) - 1)
    if first_origin != last_origin:
        return "a preflight of another origin"
    if first.headers == last.headers:
        return "a preflight for another method"
    return "a preflight for other headers"


def _told(session: Session, results: Sequence[StepResult]) -> str:
    origin, asked = asker_of(session, 0)
    if asked.mode == "no-cors":
        return WITHOUT_ORIGIN
    if origin == "null":
        return "a page of origin null"
    return f"a page of another origin that {'can' if reads(asked, results[0]) else 'cannot'} read"
