"""
The order of requests: what a page gets only because of who asked a cache before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from browsercors.fetch.timeline import CachedResponse
from browsercors.policy_check.judge import Breach, asker_of
from browsercors.policy_check.violations import ViolationKind

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Sequence

    from browsercors.browser.result import FetchResult
    from browsercors.policy.sessions import Session

__all__ = ["in_order_of_asking"]


def in_order_of_asking(
    judge: Callable[[Session, Sequence[FetchResult]], Iterable[Breach]],
    *,
    known: Container[tuple[ViolationKind, str]] = (),
    is_browser_s: bool = False,
) -> Callable[[Session, Sequence[FetchResult]], Iterator[Breach]]:
    """
    Return a judge of sessions through a cache: what *judge* finds in a last request that others came before.

    Args:
        judge: Tells what results say.
        known: What is broken without a cache already, and is no matter of order.
        is_browser_s: Whether the cache is the browser's own, so that it can be seen what it has answered.
    """
    cache = "The browser's own HTTP cache" if is_browser_s else "A cache"

    def breaches(session: Session, results: Sequence[FetchResult]) -> Iterator[Breach]:
        last = len(results) - 1
        for breach in judge(session, results):
            if last == 0 or breach.place < last or (breach.kind, breach.code) in known:
                continue
            if is_browser_s and not any(isinstance(entry, CachedResponse) for entry in results[last].timeline):
                continue
            before = _told(session, results)
            sentence = f"{breach.sentence} {cache} has kept what {before} got."
            yield Breach(ViolationKind.ORDER_MATTERS, f"{breach.kind.value} after {before}", last, sentence)

    return breaches


def _told(session: Session, results: Sequence[FetchResult]) -> str:
    origin, fetch = asker_of(session, 0)
    if fetch.mode == "no-cors":
        return "a request without Origin"
    if origin == "null":
        return "a page of origin null"
    return f"a page of another origin that {'can' if results[0].readable else 'cannot'} read"
