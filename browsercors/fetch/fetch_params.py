"""
What a fetch carries with it, what it may ask of the outside world, and the browser that it runs in.

An algorithm that may touch the network is a generator: it yields an effect and is sent the reply.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias, TypeVar

import attrs

from browsercors.fetch.browser_cache import BrowserCache
from browsercors.fetch.cookies import CookieStore
from browsercors.fetch.not_simulated import Notices
from browsercors.fetch.timeline import Exchange, ExchangeKind, RememberedPreflight
from browsercors.values.records import Record
from browsercors.values.wire import FailureKind, HTTPRequest, HTTPResponse, TransportFailure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from browsercors.fetch.bodies import BodyInit
    from browsercors.fetch.browser_cache import Kept
    from browsercors.fetch.request_class import HeadersInit
    from browsercors.rules.preflight import PreflightCache
    from browsercors.rules.profile import BrowserProfile
    from browsercors.rules.requests import UnsafeHeaders
    from browsercors.values.findings import Finding
    from browsercors.values.requests import Request
    from browsercors.values.sites import Sites
    from browsercors.values.urls import URL

__all__ = [
    "Effect",
    "FetchParams",
    "Fetching",
    "PageCall",
    "Reply",
    "SendRequest",
    "UserAgent",
    "create_user_agent",
    "record_exchange",
]

T = TypeVar("T")


class SendRequest(NamedTuple):
    """
    The effect "send this request over the network"; the reply is what came back.
    """

    http_request: HTTPRequest


class Reply(NamedTuple):
    """
    The reply to an effect.

    Attributes:
        answer: What came back.
        now: The simulated time at which it did, in seconds.
    """

    answer: HTTPResponse | TransportFailure
    now: float


# NB: a closed union with one member so far.
Effect: TypeAlias = SendRequest
Fetching: TypeAlias = Generator[Effect, Reply, T]


class PageCall(NamedTuple):
    """
    What the page's script said, so that it can be said again.

    Attributes:
        api: "fetch" or "XMLHttpRequest".
        url: As the page gave it, relative or absolute.
        method: As the page gave it.
        headers: The page's headers; None if it gave none.
        body: The page's body; None if it gave none.
        options: The other options of the call, named as `Page.fetch` and `Page.xhr` name them.
    """

    api: Literal["fetch", "XMLHttpRequest"]
    url: str
    method: str
    headers: HeadersInit | None
    body: BodyInit | None
    options: Mapping[str, Any]


@attrs.define(eq=False, repr=False)
class UserAgent(Record):
    """
    The browser: its rules, and what it remembers from one fetch to the next.
    """

    profile: BrowserProfile
    sites: Sites
    preflight_cache: PreflightCache
    http_cache: BrowserCache
    cookie_store: CookieStore
    notices: Notices = attrs.field(factory=Notices)


def create_user_agent(profile: BrowserProfile, sites: Sites) -> UserAgent:
    """
    Return a browser that remembers nothing yet.
    """
    return UserAgent(
        profile,
        sites,
        profile.preflight_cache.create(),
        BrowserCache(profile.http_cache),
        CookieStore(profile.cookies, sites),
    )


@attrs.define(eq=False, repr=False)
class FetchParams(Record):
    """
    One fetch: https://fetch.spec.whatwg.org/#fetch-params.

    Attributes:
        user_agent: The browser.
        request: What is fetched.
        now: The simulated time in seconds; each reply moves it.
        findings: Every rule that was applied, in order.
        timeline: Every exchange on the wire, and what the browser's caches answered instead.
        in_preflight: Whether a preflight is under way, or was the last thing to happen.
        was_preflighted: Whether some hop of the chain needed the preflight's consent.
        first_referrer: The referrer that the first URL of the chain was shown.
        origin_was_sent: Whether some hop of the chain had an `Origin` header that its method alone asked for.
        removed_headers: The headers that redirects removed, by lower-case name.
        redirect_refusal: Why the redirect that led to the current URL will be refused before its request is sent.
        kept: What the HTTP cache has made of the last answer; None if it stored none.
        unsafe_headers: The CORS-unsafe request-header names of the current hop, once they are determined.
        page_call: What the page's script said; None where none did.
    """

    user_agent: UserAgent
    request: Request
    now: float
    findings: list[Finding] = attrs.field(factory=list)
    timeline: list[Exchange | RememberedPreflight] = attrs.field(factory=list)
    in_preflight: bool = False
    was_preflighted: bool = False
    first_referrer: URL | str | None = None
    origin_was_sent: bool = False
    removed_headers: dict[bytes, bytes] = attrs.field(factory=dict)
    redirect_refusal: Finding | None = None
    kept: Kept | None = None
    unsafe_headers: UnsafeHeaders | None = None
    page_call: PageCall | None = None

    @property
    def repeats_preflight(self) -> bool:
        """
        Whether the next hop to another origin needs a preflight because an earlier one did.
        """
        # PROFILE: in Firefox and WebKit one preflight leads to another, for every cross-origin hop that follows.
        return self.was_preflighted and self.user_agent.profile.preflight.repeated_on_redirect


def record_exchange(
    params: FetchParams,
    kind: ExchangeKind,
    http_request: HTTPRequest,
    answer: HTTPResponse | TransportFailure,
    sent_at: float,
) -> None:
    """
    Remember what went over the wire, and what came back.
    """
    if isinstance(answer, HTTPResponse):
        params.timeline.append(Exchange(kind, http_request, answer, None, sent_at))
    elif answer.kind is not FailureKind.NOT_MOUNTED:
        # NB: where nothing is mounted, nothing was sent.
        params.timeline.append(Exchange(kind, http_request, None, answer, sent_at))
