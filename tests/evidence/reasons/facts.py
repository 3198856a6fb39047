"""
The surprises as facts: whether what surprises happened in a call, by what went over the wire and what the page sees.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors import Browser, Reason
from browsercors.browser.loads import FontResult, LoadResult, PreloadResult
from browsercors.explain.surprises.codes import SurpriseCode
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from browsercors.fetch.timeline import Exchange
    from tests.evidence.reasons.notation import Outcome

__all__ = ["FACTS", "surprises_of"]

# What no page is meant to see, or sees nothing in.
NEVER_MISSED: Final = ("access-control-", "set-cookie", "vary")


def _asked_names(outcome: Outcome) -> set[str]:
    return {name.lower() for name in outcome.call.options.get("headers", {})}


def _sent_names(exchange: Exchange) -> set[str]:
    return {name.lower() for name, _ in exchange.request_headers.lines}


def _own(outcome: Outcome) -> list[Exchange]:
    """
    Return the exchanges that are no preflights.
    """
    return [exchange for exchange in outcome.result.exchanges if not exchange.is_preflight]


def _preflight_answer(outcome: Outcome, name: str) -> str:
    return next((e.response_headers.get(name) or "" for e in outcome.result.exchanges if e.is_preflight), "")


def _hidden(outcomes: Sequence[Outcome], outcome: Outcome) -> bool:
    if isinstance(outcome.result, LoadResult):
        return False
    came = {name.lower() for name, _ in _own(outcome)[-1].response_headers.lines}
    seen = outcome.result.headers
    return any(name not in seen and not name.startswith(NEVER_MISSED) for name in came)


def _dropped(outcomes: Sequence[Outcome], outcome: Outcome) -> bool:
    return not _asked_names(outcome) <= _sent_names(_own(outcome)[0])


def _removed(outcomes: Sequence[Outcome], outcome: Outcome) -> bool:
    first, *_, last = [*_own(outcome), _own(outcome)[-1]]
    return not _asked_names(outcome) & _sent_names(first) <= _sent_names(last)


def _misplaced(outcomes: Sequence[Outcome], outcome: Outcome) -> bool:
    return any(
        name.startswith("access-control-allow-") for name in _asked_names(outcome) & _sent_names(_own(outcome)[0])
    )


def _not_sent(outcomes: Sequence[Outcome], outcome: Outcome) -> bool:
    exchange = _own(outcome)[-1]
    url = parse_url(exchange.url)
    assert url is not None
    names = {name for domain, name in outcome.cookies_before if domain == url.authority}
    sent = {pair.partition("=")[0] for pair in (exchange.request_headers.get("Cookie") or "").split("; ")}
    return not names <= sent


def _not_stored(outcomes: Sequence[Outcome], outcome: Outcome) -> bool:
    set_cookies = [value for name, value in _own(outcome)[-1].response_headers.lines if name.lower() == "set-cookie"]
    held = {cookie.name.decode("latin-1") for cookie in outcome.browser.cookies}
    return not {value.partition("=")[0] for value in set_cookies} <= held


def _asked_again(outcomes: Sequence[Outcome], outcome: Outcome) -> float | None:
    """
    Return after how many seconds the same call was preceded by a preflight once more; None if it was not.
    """
    same = [other for other in outcomes if other.call.arguments == outcome.call.arguments and other.result.preflighted]
    times = [other.result.exchanges[0].time for other in same]
    return None if len(times) < 2 else times[-1] - times[0]


def _not_cached(outcomes: Sequence[Outcome], outcome: Outcome) -> bool:
    return _asked_again(outcomes, outcome) is not None and not _preflight_answer(outcome, "Access-Control-Max-Age")


def _capped(outcomes: Sequence[Outcome], outcome: Outcome) -> bool:
    after = _asked_again(outcomes, outcome)
    return after is not None and after < float(_preflight_answer(outcome, "Access-Control-Max-Age") or 0)


def _under_wildcard(outcomes: Sequence[Outcome], outcome: Outcome) -> bool:
    return _preflight_answer(outcome, "Access-Control-Allow-Headers") == "*" and any(
        "authorization" in _sent_names(exchange) for exchange in _own(outcome)
    )


def _became_null(outcomes: Sequence[Outcome], outcome: Outcome) -> bool:
    return _own(outcome)[-1].request_headers.get("Origin") == "null" != outcome.result.page_origin


def _became_get(outcomes: Sequence[Outcome], outcome: Outcome) -> bool:
    return _own(outcome)[-1].method != str(outcome.call.options.get("method", "GET"))


def _vary_missing(outcomes: Sequence[Outcome], outcome: Outcome) -> bool:
    headers = _own(outcome)[-1].response_headers
    return headers.get("Access-Control-Allow-Origin") == outcome.result.page_origin and "Vary" not in headers


def _remembered(outcomes: Sequence[Outcome], outcome: Outcome) -> bool:
    return not outcome.result.preflighted and _own(outcome)[-1].status in {403, 404, 405}


def _body_unfinished(outcomes: Sequence[Outcome], outcome: Outcome) -> bool:
    answers = [exchange.http_response for exchange in outcome.result.exchanges if exchange.is_preflight]
    return any(answer is not None and answer.body_failure is not None for answer in answers)


def _cached(outcomes: Sequence[Outcome], outcome: Outcome) -> bool:
    before = outcomes[: outcomes.index(outcome)]
    return not _own(outcome) and any(_own(other) and other.call.url == outcome.call.url for other in before)


def _would_block(outcomes: Sequence[Outcome], outcome: Outcome) -> bool:
    report_only = "Content-Security-Policy-Report-Only"
    enforced = [("Content-Security-Policy", value) for name, value in outcome.page_headers if name == report_only]
    page = Browser(outcome.browser.profile).open(outcome.result.page_origin, headers=enforced) if enforced else None
    block = None if page is None else page.fetch(outcome.call.url).block
    return block is not None and block.reason is Reason.CONTENT_SECURITY_POLICY


def _policy_ignored(outcomes: Sequence[Outcome], outcome: Outcome) -> bool:
    names = [part.split()[0] for _, value in outcome.page_headers for part in value.split(";")]
    return len(names) != len(set(names))


def _upgraded(outcomes: Sequence[Outcome], outcome: Outcome) -> bool:
    own = _own(outcome)
    return bool(own) and outcome.call.url.startswith("http:") and own[0].url.startswith("https:")


def _cleared(outcomes: Sequence[Outcome], outcome: Outcome) -> bool:
    return not {name for _, name in outcome.cookies_before} <= {
        cookie.name.decode("latin-1") for cookie in outcome.browser.cookies
    }


def _preload_not_used(outcomes: Sequence[Outcome], outcome: Outcome) -> bool:
    before = outcomes[: outcomes.index(outcome)]
    sent = _own(outcome)[-1].request_headers
    if isinstance(outcome.result, PreloadResult):
        # NB: no font is asked for without CORS.
        return sent.get("Sec-Fetch-Dest") == "font" and sent.get("Sec-Fetch-Mode") == "no-cors"
    return bool(_own(outcome)) and any(
        isinstance(other.result, PreloadResult) and not other.result.used and other.call.url == outcome.call.url
        for other in before
    )


def _font_without_cors(outcomes: Sequence[Outcome], outcome: Outcome) -> bool:
    exchange = _own(outcome)[-1]
    allowed = "Access-Control-Allow-Origin" in exchange.response_headers
    return isinstance(outcome.result, FontResult) and "Origin" not in exchange.request_headers and not allowed


def _asked_for_a_password(_: Sequence[Outcome], outcome: Outcome) -> bool:
    """
    Whether the answer that the page got is a challenge that a password answers.
    """
    challenge = outcome.result.exchanges[-1].response_headers.get("WWW-Authenticate") or ""
    return outcome.result.exchanges[-1].status == 401 and challenge.lower().startswith(("basic", "digest"))


def _is_a_page(outcomes: Sequence[Outcome], outcome: Outcome) -> bool:
    exchange = _own(outcome)[-1]
    is_page = (exchange.response_body or b"").lstrip().lower().startswith(b"<!doctype html")
    return is_page and exchange.request_headers.get("Sec-Fetch-Dest") in {"script", "style", "font", "manifest"}


FACTS: Final[dict[SurpriseCode, Callable[[Sequence[Outcome], Outcome], bool]]] = {
    SurpriseCode.OPAQUE_RESPONSE: lambda _, outcome: getattr(outcome.result, "type", "") == "opaque",
    SurpriseCode.OPAQUE_REDIRECT: lambda _, outcome: getattr(outcome.result, "type", "") == "opaqueredirect",
    SurpriseCode.HEADER_HIDDEN: _hidden,
    SurpriseCode.HEADER_DROPPED: _dropped,
    SurpriseCode.HEADER_REMOVED_BY_REDIRECT: _removed,
    SurpriseCode.RESPONSE_HEADER_IN_REQUEST: _misplaced,
    SurpriseCode.PASSWORD_PROMPT: _asked_for_a_password,
    SurpriseCode.COOKIE_NOT_SENT: _not_sent,
    SurpriseCode.COOKIE_NOT_STORED: _not_stored,
    SurpriseCode.PREFLIGHT_NOT_CACHED: _not_cached,
    SurpriseCode.MAX_AGE_CAPPED: _capped,
    SurpriseCode.AUTHORIZATION_UNDER_WILDCARD: _under_wildcard,
    SurpriseCode.ORIGIN_BECAME_NULL: _became_null,
    SurpriseCode.METHOD_BECAME_GET: _became_get,
    SurpriseCode.PREFLIGHT_REMEMBERED: _remembered,
    SurpriseCode.CACHED_RESPONSE: _cached,
    SurpriseCode.PREFLIGHT_BODY_UNFINISHED: _body_unfinished,
    SurpriseCode.POLICY_WOULD_BLOCK: _would_block,
    SurpriseCode.POLICY_IGNORED: _policy_ignored,
    SurpriseCode.UPGRADED_TO_HTTPS: _upgraded,
    SurpriseCode.SITE_DATA_CLEARED: _cleared,
    SurpriseCode.VARY_MISSING: _vary_missing,
    SurpriseCode.TAINTED_CANVAS: lambda _, outcome: bool(getattr(outcome.result, "tainted", False)),
    SurpriseCode.MUTED_ERRORS: lambda _, outcome: bool(getattr(outcome.result, "muted_errors", False)),
    SurpriseCode.RULES_NOT_READABLE: lambda _, outcome: getattr(outcome.result, "rules_readable", True) is False,
    SurpriseCode.PRELOAD_NOT_USED: _preload_not_used,
    SurpriseCode.WRONG_CONTENT: _is_a_page,
    SurpriseCode.FONT_NEEDS_CORS: _font_without_cors,
}


BESIDE_BLOCKS: Final = (SurpriseCode.CACHED_RESPONSE, SurpriseCode.UPGRADED_TO_HTTPS)
"""What is a fact of a call that was blocked; the others are about what a page was given."""


def surprises_of(outcomes: Sequence[Outcome], outcome: Outcome) -> set[str]:
    """
    Return the codes of what surprises in one of the calls of a block; if it was blocked, of what else is behind it.
    """
    if outcome.result.block is not None:
        return {code.value for code in BESIDE_BLOCKS if FACTS[code](outcomes, outcome)}
    if not _own(outcome):
        return set()
    return {code.value for code, happened in FACTS.items() if happened(outcomes, outcome)}
