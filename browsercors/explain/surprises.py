"""
What blocks nothing, and surprises all the same.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any, Final

from browsercors.explain.cached_answers import OUT_OF_CACHE, STAYS_STORED, cached_of, cached_words, last_cached
from browsercors.explain.fixes import expose, read_in_mode_cors
from browsercors.explain.report import Surprise
from browsercors.explain.sanitise import MOST_ITEMS, shown
from browsercors.fetch.cookies import CookieOutcome, domain_matches, path_matches
from browsercors.fetch.timeline import CachedResponse, Exchange, ExchangeKind, RememberedPreflight
from browsercors.rules.cookies import SameSite
from browsercors.rules.preflight import PreflightGrant, PreflightQuestion
from browsercors.values.requests import CredentialsMode, ResponseTainting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from browsercors.explain.proofs import Replay, Trial
    from browsercors.fetch.cookies import Cookie
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.urls import URL

__all__ = ["SurpriseCode", "find_surprises", "hidden_header_names"]

OF_NO_USE_TO_PAGES: Final = frozenset(
    b"accept-ranges age alt-svc connection content-encoding content-security-policy date keep-alive nel "
    b"permissions-policy referrer-policy report-to reporting-endpoints server server-timing strict-transport-security "
    b"timing-allow-origin trailer transfer-encoding upgrade vary via x-content-type-options x-frame-options "
    b"x-powered-by x-xss-protection".split()
)
"""Response headers that speak to the browser or to caches; no page misses them."""

FOR_THE_BROWSER: Final = (b"access-control-", b"cross-origin-", b"set-cookie", b"content-security-policy")


ONE_FOR_ALL: Final = (
    "Send Vary: Origin on every answer of this URL, also on those to requests without Origin, or allow * on all of "
    "them; and let the page ask in one way wherever it uses the URL, with the same crossorigin attribute and "
    "credentials. "
)


class SurpriseCode(enum.Enum):
    """
    The surprises, each with a stable code beside those of `Reason`.
    """

    OPAQUE_RESPONSE = "opaque-response"
    """Nothing failed, and the page sees nothing: mode "no-cors"."""

    OPAQUE_REDIRECT = "opaque-redirect"
    """Nothing failed, and the page sees nothing: a redirect under redirect mode "manual"."""

    HEADER_HIDDEN = "header-hidden"
    """A response header came, and the page does not see it."""

    HEADER_DROPPED = "header-dropped"
    """A request header that the page set did not go out: it is forbidden, or mode "no-cors" does not allow it."""

    HEADER_REMOVED_BY_REDIRECT = "header-removed-by-redirect"
    """A request header, Authorization above all, did not go along to another origin."""

    RESPONSE_HEADER_IN_REQUEST = "response-header-in-request"
    """The page sets Access-Control-Allow-* as request headers, which does nothing but cause a preflight."""

    COOKIE_NOT_SENT = "cookie-not-sent"
    """The browser holds a cookie for the URL and does not send it: credentials mode, SameSite, Secure."""

    COOKIE_NOT_STORED = "cookie-not-stored"
    """The browser refuses a Set-Cookie of the answer, or ignores it since the request is without credentials."""

    PREFLIGHT_NOT_CACHED = "preflight-not-cached"
    """The preflight's answer is not remembered at all, or for the 5 seconds of an answer that does not say."""

    MAX_AGE_CAPPED = "max-age-capped"
    """The preflight's answer asks to be remembered for longer than the browser does."""

    AUTHORIZATION_UNDER_WILDCARD = "authorization-under-wildcard"
    """The browser lets Authorization pass under `Access-Control-Allow-Headers: *`, which the standard does not."""

    ORIGIN_BECAME_NULL = "origin-became-null"
    """Redirects turned the request's origin into null."""

    METHOD_BECAME_GET = "method-became-get"
    """A redirect turned the request into GET, without its body."""

    PREFLIGHT_REMEMBERED = "preflight-remembered"
    """The browser still held a preflight's answer, and the server has come to deny what that one allowed."""

    CACHED_RESPONSE = "cached-response"
    """The browser's HTTP cache answered in place of the server, with what is none for this page."""

    PREFLIGHT_BODY_UNFINISHED = "preflight-body-unfinished"
    """The answer to the preflight has a body that never ends, or broke off, for which some browsers wait."""

    VARY_MISSING = "vary-missing"
    """The answer names the page's origin and does not say `Vary: Origin`: a cache may hand it to another."""


def find_surprises(trial: Trial, replay: Replay, browsers: Sequence[BrowserProfile]) -> tuple[Surprise, ...]:
    """
    Return what blocked nothing, and is worth knowing.

    Args:
        trial: The fetch, and what the page got.
        replay: Fetches once more, from the answers that were recorded.
        browsers: Where a fix has to be proven; the first one is the browser that was simulated.
    """
    found = [surprise for look in LOOKS_BY_TRIAL for surprise in look(trial, replay, browsers)]
    found += [surprise for look in LOOKS for surprise in look(trial)]
    # NB: a chain of redirects may have the same to say of each hop.
    return tuple(dict.fromkeys(found))[:MOST_ITEMS]


def hidden_header_names(trial: Trial) -> list[str]:
    """
    Return the response headers that the page does not see, as the server spells them, without those for the browser.
    """
    if trial.failure is not None or trial.response.type not in {"basic", "cors"}:
        return []
    exchange = next(reversed(trial.answers), None)
    if exchange is None or exchange.http_response is None:
        return []
    seen = trial.response.header_list.names()
    names: dict[bytes, str] = {}
    for name, _ in exchange.http_response.headers:
        lower = name.strip().lower()
        if lower not in seen and lower not in OF_NO_USE_TO_PAGES and not lower.startswith(FOR_THE_BROWSER):
            names.setdefault(lower, name.strip().decode("latin-1"))
    return list(names.values())[:MOST_ITEMS]


def _header_hidden(trial: Trial, replay: Replay, browsers: Sequence[BrowserProfile]) -> Iterable[Surprise]:
    names = hidden_header_names(trial)
    if names:
        yield Surprise(
            SurpriseCode.HEADER_HIDDEN.value,
            f"The page does not see {shown(tuple(names))}: the response does not expose it.",
            "Name what the page needs in Access-Control-Expose-Headers; DevTools shows all headers, pages see few.",
            expose(trial, replay, browsers, names),
        )


def _opaque(trial: Trial, replay: Replay, browsers: Sequence[BrowserProfile]) -> Iterable[Surprise]:
    if trial.response.type == "opaque":
        yield Surprise(
            SurpriseCode.OPAQUE_RESPONSE.value,
            'Mode "no-cors" makes the response opaque: status 0, no headers, no body.',
            'It gets around no rule. To read it, ask in mode "cors", and let the server allow that.',
            read_in_mode_cors(trial, replay, browsers),
        )
    if trial.response.type == "opaqueredirect":
        yield Surprise(
            SurpriseCode.OPAQUE_REDIRECT.value,
            'Redirect mode "manual" hides the redirect: status 0, no headers, no body.',
            'To read what it leads to, ask with redirect mode "follow".',
        )


def _header_dropped(trial: Trial) -> Iterable[Surprise]:
    for finding in trial.found("validate a header", "3"):
        name = shown(finding.evidence["dropped"])
        yield Surprise(
            SurpriseCode.HEADER_DROPPED.value,
            f"The request header {name} did not go out: it is the browser's business, and no page can set it.",
            "No header of the server helps here. Send what it was to say under another name, or in the body.",
        )
    for finding in trial.found("append a header", "3"):
        name = shown(finding.evidence["dropped"])
        yield Surprise(
            SurpriseCode.HEADER_DROPPED.value,
            f'The request header {name} did not go out: mode "no-cors" does not allow it.',
            'Ask in mode "cors", and let the server allow the header.',
        )


def _header_removed(trial: Trial) -> Iterable[Surprise]:
    for finding in trial.found("HTTP-redirect fetch", "13"):
        yield Surprise(
            SurpriseCode.HEADER_REMOVED_BY_REDIRECT.value,
            f"{shown(finding.evidence['removed'])} was left behind when a redirect led to another origin.",
            "Ask for the last URL directly.",
        )


def _response_header_in_request(trial: Trial) -> Iterable[Surprise]:
    for name, _ in trial.params.request.page_header_list:
        if name.lower().startswith((b"access-control-allow-", b"access-control-expose-", b"access-control-max-age")):
            yield Surprise(
                SurpriseCode.RESPONSE_HEADER_IN_REQUEST.value,
                f"The page sets {shown(name)}, which is a header of responses: all that it does here is to cause a "
                "preflight.",
                "Leave it out of the request; the server has to send it.",
            )


def _cookie_not_sent(trial: Trial) -> Iterable[Surprise]:
    params = trial.params
    sent_at = [
        (entry.http_request.url, entry.time, entry.request_headers.get("Cookie", ""))
        for entry in trial.exchanges
        if not entry.is_preflight and entry.kind is not ExchangeKind.REVALIDATION
    ]
    if last_cached(trial) is not None:
        return
    # NB: what this very fetch has stored could not have gone along with it.
    stored: list[Any] = [
        each.evidence["outcome"] for each in trial.found("parse and store response `Set-Cookie` headers", "6")
    ]
    just_set = {id(outcome.cookie) for outcome in stored}
    for url, time, line in sent_at[-1:]:
        sent = {pair.partition("=")[0].strip() for pair in line.split(";")}
        for cookie in params.user_agent.cookie_store:
            name = cookie.name.decode("latin-1")
            if name in sent or id(cookie) in just_set or cookie.creation_time > time or not _is_for(cookie, url):
                continue
            sentence, advice = _why_not_sent(trial, cookie, url)
            yield Surprise(
                SurpriseCode.COOKIE_NOT_SENT.value, f"The cookie {shown(name)} was not sent: {sentence}", advice
            )


def _is_for(cookie: Cookie, url: URL) -> bool:
    of_host = url.host == cookie.domain if cookie.host_only else domain_matches(url.host, cookie.domain)
    return of_host and path_matches(url.path, cookie.path)


def _why_not_sent(trial: Trial, cookie: Cookie, url: URL) -> tuple[str, str]:
    request = trial.params.request
    mode = request.credentials_mode
    if mode is CredentialsMode.OMIT or (
        mode is CredentialsMode.SAME_ORIGIN and request.response_tainting.value != "basic"
    ):
        return (
            f'the request\'s credentials mode is "{mode.value}".',
            'Ask with credentials: "include" (xhr.withCredentials), and let the server allow credentials.',
        )
    if cookie.secure and url.scheme != "https":
        return "it is Secure, and the URL is not https.", "Serve over https."
    flag = cookie.same_site
    if flag is SameSite.UNSET:
        flag = trial.params.user_agent.profile.cookies.default_same_site
    if flag is not SameSite.NONE:
        stated = (
            "has no SameSite and counts as Lax" if cookie.same_site is SameSite.UNSET else f"is SameSite={flag.value}"
        )
        return (
            f"it {stated}, and page and server are not of one site.",
            (
                "No header of this answer helps. Set the cookie with SameSite=None; Secure, or serve page and API from "
                "one site. One host name is one site: localhost and 127.0.0.1 are two."
            ),
        )
    return (
        "the browser keeps the cookies of other sites apart, or does not send them.",
        "No header of this answer helps. Serve page and API from one site.",
    )


def _is_without_credentials(trial: Trial) -> bool:
    """
    Whether the last request of the fetch went out without credentials.
    """
    request = trial.params.request
    mode = request.credentials_mode
    is_foreign = request.response_tainting is not ResponseTainting.BASIC
    return mode is CredentialsMode.OMIT or (mode is CredentialsMode.SAME_ORIGIN and is_foreign)


def _cookie_not_stored(trial: Trial) -> Iterable[Surprise]:
    for finding in trial.found("parse and store response `Set-Cookie` headers", "6"):
        outcome: Any = finding.evidence["outcome"]
        if outcome.outcome is CookieOutcome.REFUSED:
            cookie = shown(finding.evidence["set_cookie"])
            yield Surprise(
                SurpriseCode.COOKIE_NOT_STORED.value, f"Set-Cookie: {cookie} was not stored: {shown(outcome)}."
            )
    exchange = None if last_cached(trial) is not None else next(reversed(trial.answers), None)
    mode = trial.params.request.credentials_mode
    if exchange is not None and _is_without_credentials(trial) and "Set-Cookie" in exchange.response_headers:
        yield Surprise(
            SurpriseCode.COOKIE_NOT_STORED.value,
            f"The response's Set-Cookie was ignored: the request's credentials mode is \"{mode.value}\".",
            'Ask with credentials: "include" (xhr.withCredentials).',
        )


def _preflight_not_cached(trial: Trial) -> Iterable[Surprise]:
    exchange = trial.preflight
    if exchange is None:
        return
    asked = exchange.response_headers.get("Access-Control-Max-Age")
    for _ in trial.found("CORS-preflight fetch", "7.11"):
        yield Surprise(
            SurpriseCode.PREFLIGHT_NOT_CACHED.value,
            "The preflight's answer is not remembered: the next request asks again.",
            "Pages of opaque origin, some cache modes and Cache-Control: no-store keep browsers from remembering it.",
        )
    for finding in trial.found("CORS-preflight fetch", "7.15"):
        remembered: Any = finding.evidence["remembered"]
        if asked is None:
            yield Surprise(
                SurpriseCode.PREFLIGHT_NOT_CACHED.value,
                f"The preflight's answer does not say for how long it holds, and is remembered for {remembered:g} s.",
                "Access-Control-Max-Age says it, in seconds. It holds for this very URL, query included.",
            )
        elif asked.strip().isdecimal() and asked.isascii() and (len(asked) > 12 or int(asked) > remembered):
            yield Surprise(
                SurpriseCode.MAX_AGE_CAPPED.value,
                f"Access-Control-Max-Age asks for {shown(asked)} s, and this browser remembers for {remembered:g} s.",
                "An answer holds for its very URL, query included: fewer URLs save preflights, a higher number none.",
            )


def _wildcard_not_remembered(trial: Trial) -> Iterable[Surprise]:
    params = trial.params
    exchange = trial.preflight
    passed = {each.step: each for each in params.findings if each.algorithm.name == "CORS-preflight fetch" and each.ok}
    if exchange is None or params.in_preflight or "7.15" not in passed:
        return
    methods: Any = passed["7.5"].evidence["allowed"] if "7.5" in passed else ()
    names: Any = passed["7.7"].evidence["allowed"] if "7.7" in passed else ()
    asked: Any = passed["7.7"].evidence["names"] if "7.7" in passed else ()
    if b"*" not in {*methods, *names}:
        return
    method = exchange.request_headers.get("Access-Control-Request-Method", "").encode("latin-1")
    question = PreflightQuestion((None, None), exchange.url, method, asked, with_credentials=False, forced=False)
    cache = params.user_agent.profile.preflight_cache.create()
    cache.remember(question, PreflightGrant(methods, names, 1.0), 0.0)
    if not cache.covers(question, 0.0):
        yield Surprise(
            SurpriseCode.PREFLIGHT_NOT_CACHED.value,
            "The same request asks again: this browser lets * allow it, but not from what it remembers.",
            "List methods and headers by name.",
        )


def _preflight_remembered(trial: Trial) -> Iterable[Surprise]:
    exchange = None if last_cached(trial) is not None else next(reversed(trial.answers), None)
    remembered = [each for each in trial.params.timeline if isinstance(each, RememberedPreflight)]
    failure = trial.failure
    is_blocked = failure is not None and failure.reason.is_cors
    if exchange is not None and remembered and (is_blocked or exchange.status in {403, 404, 405}):
        yield Surprise(
            SurpriseCode.PREFLIGHT_REMEMBERED.value,
            "No preflight was sent: an earlier answer was still remembered, and whether the server would allow as "
            "much now was not asked.",
            "A browser keeps to what it remembers until Access-Control-Max-Age is over: keep that low while the server "
            "changes what it allows. In a simulation browser.preflight_cache.clear() forgets.",
        )


def _cached_response(trial: Trial) -> Iterable[Surprise]:
    cached = next((answer for answer in reversed(trial.answers) if isinstance(answer, CachedResponse)), None)
    if cached is None:
        return
    is_for_another = cached.request_headers.get("Origin") != cached_of(cached).made_for
    # NB: that a cache answers is what it is for; it surprises where the page gets less than the server might give.
    if trial.verdict != "blocked" and not (is_for_another and hidden_header_names(trial)):
        return
    yield Surprise(
        SurpriseCode.CACHED_RESPONSE.value,
        f"The answer to {shown(cached.method)} {shown(cached.url)} came {OUT_OF_CACHE}, "
        f"{cached_words(cached_of(cached))}.",
        f"{ONE_FOR_ALL if is_for_another else ''}{STAYS_STORED} Until then another URL helps, or a fetch with cache: "
        '"reload". In a simulation browser.http_cache.clear() forgets.',
    )


def _preflight_body_unfinished(trial: Trial) -> Iterable[Surprise]:
    preflights = [each for each in trial.params.timeline if isinstance(each, Exchange) and each.is_preflight]
    if any(each.http_response is not None and each.http_response.body_failure is not None for each in preflights):
        yield Surprise(
            SurpriseCode.PREFLIGHT_BODY_UNFINISHED.value,
            "The body of the preflight's answer does not end; the simulation goes by its headers.",
            "Safari waited for that body until August 2026, and the fetch hung. Answer 204, without a body.",
        )


def _authorization_under_wildcard(trial: Trial) -> Iterable[Surprise]:
    for finding in trial.found("CORS-preflight fetch", "7.7"):
        names: Any = finding.evidence.get("names", ())
        allowed: Any = finding.evidence["allowed"] or ()
        listed = {bytes(item).lower() for item in allowed}
        if b"authorization" in names and b"*" in listed and b"authorization" not in listed:
            yield Surprise(
                SurpriseCode.AUTHORIZATION_UNDER_WILDCARD.value,
                "Authorization passed under Access-Control-Allow-Headers: *, which the standard does not let it.",
                "List Authorization by name, before browsers follow the standard.",
            )


def _origin_became_null(trial: Trial) -> Iterable[Surprise]:
    request = trial.params.request
    if request.redirect_taint != "same-origin" and not request.origin.is_opaque:
        yield Surprise(
            SurpriseCode.ORIGIN_BECAME_NULL.value,
            "Redirects from one foreign origin to another turned the request's origin into null.",
            "Ask for the last URL directly, or redirect less; do not allow null.",
        )


def _method_became_get(trial: Trial) -> Iterable[Surprise]:
    for finding in trial.found("HTTP-redirect fetch", "12"):
        status, method = shown(finding.evidence["status"]), shown(finding.evidence["method"])
        advice = "Redirect with 307 or 308, which keep both, or ask for the last URL directly."
        if any(name.lower() == b"content-type" for name, _ in trial.params.request.page_header_list):
            advice += " Content-Type goes with the body; older browsers kept it, and so asked leave for it."
        yield Surprise(
            SurpriseCode.METHOD_BECAME_GET.value,
            f"The {status} turned {method} into GET, and the body was left behind.",
            advice,
        )


def _vary_missing(trial: Trial) -> Iterable[Surprise]:
    exchange = next(reversed(trial.answers), None)
    if trial.failure is not None or trial.response.type != "cors" or exchange is None:
        return
    allowed = exchange.response_headers.get("Access-Control-Allow-Origin")
    vary = {name.strip().lower() for name in exchange.response_headers.get("Vary", "").split(",")}
    if allowed not in {None, "*"} and not vary & {"origin", "*"}:
        yield Surprise(
            SurpriseCode.VARY_MISSING.value,
            f"The response names {shown(allowed)} without Vary: Origin: a cache may hand it to another origin.",
            "Send Vary: Origin, on every answer of the URL, if the server answers other origins otherwise.",
        )


LOOKS_BY_TRIAL: Final[tuple[Callable[[Trial, Replay, Sequence[BrowserProfile]], Iterable[Surprise]], ...]] = (
    _opaque,
    _header_hidden,
)
LOOKS: Final[tuple[Callable[[Trial], Iterable[Surprise]], ...]] = (
    _header_dropped,
    _response_header_in_request,
    _cookie_not_sent,
    _cookie_not_stored,
    _header_removed,
    _origin_became_null,
    _method_became_get,
    _authorization_under_wildcard,
    _preflight_remembered,
    _cached_response,
    _preflight_body_unfinished,
    _wildcard_not_remembered,
    _preflight_not_cached,
    _vary_missing,
)
