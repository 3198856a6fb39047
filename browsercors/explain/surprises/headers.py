"""
Surprises about headers that do not arrive, or should not have been sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.explain.fixes.find import expose
from browsercors.explain.report import Surprise
from browsercors.explain.surprises.codes import SurpriseCode
from browsercors.explain.words.sanitise import MOST_ITEMS, shown
from browsercors.fetch.http_redirect_fetch import HTTP_REDIRECT_FETCH
from browsercors.initiators.header_guard import APPEND_HEADER, VALIDATE_HEADER

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from browsercors.explain.fixes.proof import FinishedFetch, Replay
    from browsercors.rules.profile import BrowserProfile

__all__ = [
    "header_dropped",
    "header_hidden",
    "header_removed",
    "hidden_header_names",
    "response_header_in_request",
    "vary_missing",
]

OF_NO_USE_TO_PAGES: Final = frozenset(
    b"accept-ranges age alt-svc clear-site-data connection content-encoding content-security-policy date keep-alive "
    b"nel permissions-policy referrer-policy report-to reporting-endpoints server server-timing "
    b"strict-transport-security timing-allow-origin trailer transfer-encoding upgrade vary via "
    b"x-content-type-options x-frame-options x-powered-by x-xss-protection".split()
)
"""Response headers for the browser or for caches, which pages do not need."""

COOKIES_BY_BROWSER: Final = (
    'Only the browser sends cookies. Use credentials: "include" (xhr.withCredentials), and have the server allow '
    "credentials."
)
OTHER_NAME: Final = "No server header helps here. Send the value under another name, or in the body."

FOR_THE_BROWSER: Final = (b"access-control-", b"cross-origin-", b"set-cookie", b"content-security-policy")


def hidden_header_names(fetch: FinishedFetch) -> list[str]:
    """
    Return the response headers that the page does not see, as the server spells them, without those for the browser.
    """
    # NB: no script sees headers of what an element loads.
    if fetch.failure is not None or fetch.verdict != "readable":
        return []
    exchange = next(reversed(fetch.answers), None)
    if exchange is None or exchange.http_response is None:
        return []
    seen = fetch.response.header_list.names()
    names: dict[bytes, str] = {}
    for name, _ in exchange.http_response.headers:
        lower = name.strip().lower()
        if lower not in seen and lower not in OF_NO_USE_TO_PAGES and not lower.startswith(FOR_THE_BROWSER):
            names.setdefault(lower, name.strip().decode("latin-1"))
    return list(names.values())[:MOST_ITEMS]


def header_hidden(fetch: FinishedFetch, replay: Replay, browsers: Sequence[BrowserProfile]) -> Iterable[Surprise]:
    """
    Report response headers that the page does not see.
    """
    names = hidden_header_names(fetch)
    if names:
        yield Surprise(
            SurpriseCode.HEADER_HIDDEN.value,
            f"The page does not see {shown(tuple(names))}: the response does not expose it.",
            "Name the headers that the page needs in Access-Control-Expose-Headers. DevTools shows all headers, but "
            "pages see only a few.",
            expose(fetch, replay, browsers, names),
        )


def header_dropped(fetch: FinishedFetch) -> Iterable[Surprise]:
    """
    Report request headers that the page set and the browser did not send.
    """
    for finding in fetch.found(VALIDATE_HEADER, "3"):
        name = shown(finding.evidence["dropped"])
        yield Surprise(
            SurpriseCode.HEADER_DROPPED.value,
            f"The request header {name} was not sent: only the browser sets it, and pages cannot.",
            COOKIES_BY_BROWSER if name.lower() == "cookie" else OTHER_NAME,
        )
    for finding in fetch.found(APPEND_HEADER, "3"):
        name = shown(finding.evidence["dropped"])
        yield Surprise(
            SurpriseCode.HEADER_DROPPED.value,
            f'The request header {name} was not sent: mode "no-cors" does not allow it.',
            'Use mode "cors", and have the server allow the header.',
        )


def header_removed(fetch: FinishedFetch) -> Iterable[Surprise]:
    """
    Report request headers that a redirect dropped.
    """
    for finding in fetch.found(HTTP_REDIRECT_FETCH, "13"):
        yield Surprise(
            SurpriseCode.HEADER_REMOVED_BY_REDIRECT.value,
            f"{shown(finding.evidence['removed'])} was dropped when a redirect led to another origin.",
            "Request the final URL directly.",
        )


def response_header_in_request(fetch: FinishedFetch) -> Iterable[Surprise]:
    """
    Report response headers that the page sends in its request.
    """
    for name, _ in fetch.params.request.page_header_list:
        if name.lower().startswith((b"access-control-allow-", b"access-control-expose-", b"access-control-max-age")):
            yield Surprise(
                SurpriseCode.RESPONSE_HEADER_IN_REQUEST.value,
                f"The page sets {shown(name)}, which is a response header. In a request it only causes a preflight.",
                "Remove it from the request; the server has to send it.",
            )


def vary_missing(fetch: FinishedFetch) -> Iterable[Surprise]:
    """
    Report a response for one origin that caches may give to another.
    """
    exchange = next(reversed(fetch.answers), None)
    if fetch.failure is not None or fetch.response.type != "cors" or exchange is None:
        return
    allowed = exchange.response_headers.get("Access-Control-Allow-Origin")
    vary = {name.strip().lower() for name in exchange.response_headers.get("Vary", "").split(",")}
    if allowed not in {None, "*"} and not vary & {"origin", "*"}:
        yield Surprise(
            SurpriseCode.VARY_MISSING.value,
            f"The response names {shown(allowed)} without Vary: Origin: a cache may give it to a page of another "
            "origin.",
            "Send Vary: Origin with every response of the URL if the server responds differently to other origins.",
        )
