"""
Surprises about cookies that are not sent or not stored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from browsercors.cookies.cookie import CookieOutcome, CookieRefusal
from browsercors.cookies.matching import domain_matches, path_matches
from browsercors.explain.report import Surprise
from browsercors.explain.surprises.codes import SurpriseCode
from browsercors.explain.words.cached_answers import last_cached
from browsercors.explain.words.loads import load_words
from browsercors.explain.words.sanitise import shown
from browsercors.fetch.cookie_headers import STORE_SET_COOKIE_HEADERS
from browsercors.fetch.timeline import ExchangeKind
from browsercors.rules.cookies import SameSite
from browsercors.values.requests import CredentialsMode, ResponseTainting

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from browsercors.cookies.cookie import Cookie
    from browsercors.explain.fixes.proof import FinishedFetch
    from browsercors.values.urls import URL

__all__ = ["cookie_not_sent", "cookie_not_stored"]

REFUSAL_ADVICE: Final[Mapping[CookieRefusal, str]] = {
    CookieRefusal.CROSS_SITE: "A cookie that is Lax, Strict or without SameSite cannot be set by a response to another "
    "site. Set it with SameSite=None; Secure, and protect the server against CSRF then; or serve the page and the API "
    "from one site.",
    CookieRefusal.NONE_NEEDS_SECURE: "Add Secure: browsers refuse SameSite=None without it.",
    CookieRefusal.SECURE_FROM_INSECURE: "Serve over https: a Secure cookie cannot be set over http.",
    CookieRefusal.THIRD_PARTY: "No header of this response helps. Serve the page and the API from one site.",
}
"""What to do about a refused cookie, where there is something to do."""


def cookie_not_sent(fetch: FinishedFetch) -> Iterable[Surprise]:
    """
    Report cookies that the browser holds for the URL and did not send.
    """
    params = fetch.params
    sent_at = [
        (entry.http_request.url, entry.time, entry.request_headers.get("Cookie", ""))
        for entry in fetch.exchanges
        if not entry.is_preflight and entry.kind is not ExchangeKind.REVALIDATION
    ]
    if last_cached(fetch) is not None:
        return
    # NB: this fetch could not send a cookie that it stored itself.
    stored: list[Any] = [each.evidence["outcome"] for each in fetch.found(STORE_SET_COOKIE_HEADERS, "6")]
    just_set = {id(outcome.cookie) for outcome in stored}
    for url, time, line in sent_at[-1:]:
        sent = {pair.partition("=")[0].strip() for pair in line.split(";")}
        for cookie in params.user_agent.cookie_store:
            name = cookie.name.decode("latin-1")
            if name in sent or id(cookie) in just_set or cookie.creation_time > time or not _is_for(cookie, url):
                continue
            sentence, advice = _why_not_sent(fetch, cookie, url)
            yield Surprise(
                SurpriseCode.COOKIE_NOT_SENT.value, f"The cookie {shown(name)} was not sent: {sentence}", advice
            )


def _is_for(cookie: Cookie, url: URL) -> bool:
    of_host = url.host == cookie.domain if cookie.host_only else domain_matches(url.host, cookie.domain)
    return of_host and path_matches(url.path, cookie.path)


def _why_not_sent(fetch: FinishedFetch, cookie: Cookie, url: URL) -> tuple[str, str]:
    request = fetch.params.request
    mode = request.credentials_mode
    if mode is CredentialsMode.OMIT or (
        mode is CredentialsMode.SAME_ORIGIN and request.response_tainting.value != "basic"
    ):
        return (
            f'the request\'s credentials mode is "{mode.value}".',
            f"{_send_cookies(fetch)}, and have the server allow credentials.",
        )
    if cookie.secure and url.scheme != "https":
        return "it is Secure, and the URL is not https.", "Serve over https."
    flag = cookie.same_site
    if flag is SameSite.UNSET:
        flag = fetch.params.user_agent.profile.cookies.default_same_site
    if flag is not SameSite.NONE:
        stated = (
            "has no SameSite and counts as Lax" if cookie.same_site is SameSite.UNSET else f"is SameSite={flag.value}"
        )
        return (
            f"it {stated}, and the page and the server are not of the same site.",
            (
                "No header of this response helps. Set the cookie with SameSite=None; Secure, and protect the server "
                "against CSRF then; or serve the page and the API from one site. localhost and 127.0.0.1 are two sites."
            ),
        )
    return (
        "the browser partitions third-party cookies, or does not send them.",
        "No header of this response helps. Serve the page and the API from one site.",
    )


def _send_cookies(fetch: FinishedFetch) -> str:
    """
    Say how the page asks with credentials, without the full stop.
    """
    words = load_words(fetch.params.page_call)
    if words is None:
        return 'Use credentials: "include" (xhr.withCredentials)'
    if words.tag:
        return 'If it depends on cookies, write crossorigin="use-credentials"'
    return "Style sheets cannot ask for this with cookies: serve it from the page's own origin"


def _is_without_credentials(fetch: FinishedFetch) -> bool:
    """
    Whether the last request of the fetch went out without credentials.
    """
    request = fetch.params.request
    mode = request.credentials_mode
    is_foreign = request.response_tainting is not ResponseTainting.BASIC
    return mode is CredentialsMode.OMIT or (mode is CredentialsMode.SAME_ORIGIN and is_foreign)


def cookie_not_stored(fetch: FinishedFetch) -> Iterable[Surprise]:
    """
    Report a `Set-Cookie` that stored nothing.
    """
    for finding in fetch.found(STORE_SET_COOKIE_HEADERS, "6"):
        outcome: Any = finding.evidence["outcome"]
        if outcome.outcome is CookieOutcome.REFUSED:
            cookie = shown(finding.evidence["set_cookie"])
            yield Surprise(
                SurpriseCode.COOKIE_NOT_STORED.value,
                f"Set-Cookie: {cookie} was not stored: {shown(outcome)}.",
                REFUSAL_ADVICE.get(outcome.refusal, ""),
            )
    exchange = None if last_cached(fetch) is not None else next(reversed(fetch.answers), None)
    mode = fetch.params.request.credentials_mode
    if exchange is not None and _is_without_credentials(fetch) and "Set-Cookie" in exchange.response_headers:
        yield Surprise(
            SurpriseCode.COOKIE_NOT_STORED.value,
            f"The response's Set-Cookie was ignored: the request's credentials mode is \"{mode.value}\".",
            f"{_send_cookies(fetch)}.",
        )
