"""
Why a preflight was sent, or why not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from browsercors.explain.report import (
    Cause,
    PreflightStory,
    Remembered,
)
from browsercors.explain.words.loads import element_of
from browsercors.explain.words.reasons import HEADER_RULES
from browsercors.explain.words.sanitise import MOST_ITEMS, shown
from browsercors.fetch.main_fetch import MAIN_FETCH
from browsercors.fetch.preflight_cache.entries import CORS_PREFLIGHT_CACHE
from browsercors.fetch.service_workers.handle_fetch import HANDLE_FETCH

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from browsercors.explain.fixes.proof import FinishedFetch, Replay
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.findings import Finding

__all__ = ["preflight_story"]

PREFLIGHT_DUE: Final = (MAIN_FETCH, "12.6")
WHY_NOT: Final = {
    (
        MAIN_FETCH,
        "12.7",
    ): "a form could send the same method and headers, so pages may send them without asking first",
    (MAIN_FETCH, "12.4"): 'mode "no-cors" allows only requests that need no preflight',
}
"""Why no preflight was needed, by the step that decided it."""

OF_ELEMENTS: Final = "what elements and style sheets load is asked for by GET without headers of the page"
OF_SERVICE_WORKER: Final = "the service worker of the page was asked in the place of the server"
SAME_ORIGIN: Final = "the page and the server have the same origin"
REMEMBERED_FROM_BEFORE: Final = (CORS_PREFLIGHT_CACHE, "1")


def preflight_story(fetch: FinishedFetch, replay: Replay, browsers: Sequence[BrowserProfile]) -> PreflightStory:
    """
    Say why a preflight was sent or not, and how long *browsers* remember the response.
    """
    findings = fetch.params.findings
    steps = {(finding.algorithm, finding.step) for finding in findings}
    causes = tuple(_causes(findings))
    if fetch.preflight is not None:
        remembered = _remembered(fetch, replay, browsers) if fetch.remembered or fetch.failure is None else ()
        return PreflightStory("sent", causes=causes, remembered=tuple(remembered))
    if REMEMBERED_FROM_BEFORE in steps:
        return PreflightStory("remembered", causes=causes)
    if _is_of_service_worker(fetch):
        return PreflightStory("not needed", OF_SERVICE_WORKER)
    if not fetch.params.timeline:
        return PreflightStory("not reached", causes=causes)
    if element_of(fetch.params.page_call):
        return PreflightStory("not needed", OF_ELEMENTS)
    return PreflightStory("not needed", next((why for step, why in WHY_NOT.items() if step in steps), SAME_ORIGIN))


def _is_of_service_worker(fetch: FinishedFetch) -> bool:
    """
    Whether the service worker of the page has handled the fetch, and nothing went over the wire for the page.
    """
    findings = fetch.params.findings
    is_handled = any(finding.algorithm is HANDLE_FETCH and finding.evidence.get("responded") for finding in findings)
    has_failed = fetch.failure is not None and "how" in fetch.failure.finding.evidence
    return (is_handled or has_failed) and not fetch.exchanges


def _remembered(fetch: FinishedFetch, replay: Replay, browsers: Sequence[BrowserProfile]) -> Iterable[Remembered]:
    call = fetch.params.page_call
    for position, browser in enumerate(browsers):
        again = fetch if position == 0 or call is None else replay(call, {}, browser)
        if again is None or again.preflight is None:
            continue
        seconds = again.remembered
        yield Remembered(browser.name, float(seconds[0]) if seconds else None)


def _causes(findings: Sequence[Finding]) -> Iterable[Cause]:
    """
    Yield every reason why preflights were needed.
    """
    for finding in findings:
        if (finding.algorithm, finding.step) == PREFLIGHT_DUE:
            yield from _causes_of(finding.evidence) or [
                Cause("", "an earlier request in the redirect chain had a preflight")
            ]


def _causes_of(evidence: Mapping[str, Any]) -> list[Cause]:
    causes = []
    if evidence["method"] is not None:
        causes.append(Cause(shown(evidence["method"]), "it is not GET, HEAD or POST"))
    causes += [Cause(shown(name), HEADER_RULES[rule]) for name, rule in evidence["headers"][:MOST_ITEMS]]
    if evidence["use_cors_preflight"]:
        causes.append(Cause("", "the page listens for upload events, or sends a stream"))
    return causes
