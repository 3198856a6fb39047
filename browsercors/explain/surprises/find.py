"""
What blocks nothing, but is likely to surprise: the detectors, and the order in which they run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.explain.fixes.find import read_in_mode_cors
from browsercors.explain.report import Surprise
from browsercors.explain.surprises.authentication import password_prompt
from browsercors.explain.surprises.codes import SurpriseCode
from browsercors.explain.surprises.cookies import cookie_not_sent, cookie_not_stored
from browsercors.explain.surprises.headers import (
    header_dropped,
    header_hidden,
    header_removed,
    hidden_header_names,
    response_header_in_request,
    vary_missing,
)
from browsercors.explain.surprises.loads import (
    font_needs_cors,
    font_preload_not_used,
    preload_not_used,
    restricted,
    wrong_content,
)
from browsercors.explain.surprises.preflights import (
    authorization_under_wildcard,
    preflight_body_unfinished,
    preflight_not_cached,
    preflight_remembered,
    preflight_vary_missing,
    wildcard_not_remembered,
)
from browsercors.explain.surprises.protections import (
    policy_ignored,
    policy_would_block,
    site_data_cleared,
    upgraded_to_https,
)
from browsercors.explain.words.cached_answers import OUT_OF_CACHE, STAYS_STORED, cached_of, describe_cached
from browsercors.explain.words.loads import element_of
from browsercors.explain.words.sanitise import MOST_ITEMS, shown
from browsercors.fetch.http_redirect_fetch import HTTP_REDIRECT_FETCH
from browsercors.fetch.timeline import CachedResponse
from browsercors.protections.hsts import HSTS
from browsercors.rules.upgrades import Upgrade
from browsercors.values.requests import RequestMode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from browsercors.explain.fixes.proof import FinishedFetch, Replay
    from browsercors.rules.profile import BrowserProfile

__all__ = ["find_surprises"]

ONE_FOR_ALL: Final = (
    "Send Vary: Origin with every response of this URL, including those to requests without Origin, or allow * in all "
    "of them. Let the page request the URL in the same way everywhere, with the same crossorigin attribute and "
    "credentials. "
)


def find_surprises(fetch: FinishedFetch, replay: Replay, browsers: Sequence[BrowserProfile]) -> tuple[Surprise, ...]:
    """
    Return what blocked nothing but is worth knowing.

    Args:
        fetch: The fetch, and what the page got.
        replay: Repeats the fetch with the recorded responses.
        browsers: Where a fix has to be proven; the first one is the browser that was simulated.
    """
    found = [surprise for detect in DETECTORS_WITH_REPLAY for surprise in detect(fetch, replay, browsers)]
    found += [surprise for detect in DETECTORS for surprise in detect(fetch)]
    # NB: the hops of a redirect chain may all cause the same surprise.
    return tuple(dict.fromkeys(found))[:MOST_ITEMS]


def _opaque(fetch: FinishedFetch, replay: Replay, browsers: Sequence[BrowserProfile]) -> Iterable[Surprise]:
    if fetch.response.type == "opaque" and not element_of(fetch.params.page_call):
        yield Surprise(
            SurpriseCode.OPAQUE_RESPONSE.value,
            'Mode "no-cors" makes the response opaque: status 0, no headers, no body.',
            'This mode does not get around CORS. To read the response, use mode "cors", and have the server allow the '
            "page.",
            read_in_mode_cors(fetch, replay, browsers),
        )
    if fetch.response.type == "opaqueredirect":
        yield Surprise(
            SurpriseCode.OPAQUE_REDIRECT.value,
            'Redirect mode "manual" hides the redirect: status 0, no headers, no body.',
            'To read the response that it leads to, use redirect mode "follow".',
        )


def _cached_response(fetch: FinishedFetch) -> Iterable[Surprise]:
    cached = next((answer for answer in reversed(fetch.answers) if isinstance(answer, CachedResponse)), None)
    if cached is None:
        return
    is_for_another = cached.request_headers.get("Origin") != cached_of(cached).made_for
    # NB: a cached response is a surprise only if the page gets less from it than the server might give.
    if fetch.verdict != "blocked" and not (is_for_another and hidden_header_names(fetch)):
        return
    yield Surprise(
        SurpriseCode.CACHED_RESPONSE.value,
        f"The response to {shown(cached.method)} {shown(cached.url)} came {OUT_OF_CACHE}, "
        f"{describe_cached(cached_of(cached))}.",
        f"{ONE_FOR_ALL if is_for_another else ''}{STAYS_STORED} Until then use another URL, or fetch with cache: "
        '"reload". In a simulation, browser.http_cache.clear() empties the cache.',
    )


def _origin_became_null(fetch: FinishedFetch) -> Iterable[Surprise]:
    request = fetch.params.request
    # NB: what is loaded without CORS shows no origin.
    if element_of(fetch.params.page_call) and request.mode is not RequestMode.CORS:
        return
    if request.redirect_taint != "same-origin" and not request.origin.is_opaque:
        if _redirected_by_upgrades_only(fetch):
            yield Surprise(
                SurpriseCode.ORIGIN_BECAME_NULL.value,
                "The upgrade to https counts as a redirect to a different origin, and that turned the request's origin "
                "into null.",
                "Request the https URL itself. Do not allow null.",
            )
            return
        is_home = request.current_url.origin.serialized == request.origin.serialized
        yield Surprise(
            SurpriseCode.ORIGIN_BECAME_NULL.value,
            f"A foreign origin redirected {'back to the page' if is_home else 'to a different origin'}, and that "
            "turned the request's origin into null.",
            "Request the final URL directly, or avoid the redirect. Do not allow null.",
        )


def _redirected_by_upgrades_only(fetch: FinishedFetch) -> bool:
    """
    Tell whether every redirect was the browser's own, to https.
    """
    params = fetch.params
    upgrades = sum(1 for _ in fetch.found(HSTS, "8.3"))
    return (
        params.user_agent.profile.upgrades.by_hsts is Upgrade.REDIRECT and len(params.request.url_list) - 1 == upgrades
    )


def _method_became_get(fetch: FinishedFetch) -> Iterable[Surprise]:
    for finding in fetch.found(HTTP_REDIRECT_FETCH, "12"):
        status, method = shown(finding.evidence["status"]), shown(finding.evidence["method"])
        advice = "Redirect with 307 or 308, which keep method and body, or request the final URL directly."
        if any(name.lower() == b"content-type" for name, _ in fetch.params.request.page_header_list):
            advice += " Content-Type is dropped with the body; older browsers kept it, and sent a preflight for it."
        yield Surprise(
            SurpriseCode.METHOD_BECAME_GET.value,
            f"The {status} turned {method} into GET and dropped the body.",
            advice,
        )


DETECTORS_WITH_REPLAY: Final[
    tuple[Callable[[FinishedFetch, Replay, Sequence[BrowserProfile]], Iterable[Surprise]], ...]
] = (
    _opaque,
    header_hidden,
    restricted,
    font_needs_cors,
)

DETECTORS: Final[tuple[Callable[[FinishedFetch], Iterable[Surprise]], ...]] = (
    header_dropped,
    response_header_in_request,
    password_prompt,
    cookie_not_sent,
    cookie_not_stored,
    header_removed,
    _origin_became_null,
    _method_became_get,
    authorization_under_wildcard,
    preflight_remembered,
    preflight_vary_missing,
    _cached_response,
    preflight_body_unfinished,
    wildcard_not_remembered,
    preflight_not_cached,
    policy_would_block,
    policy_ignored,
    upgraded_to_https,
    site_data_cleared,
    vary_missing,
    preload_not_used,
    font_preload_not_used,
    wrong_content,
)
