"""
What a fetch carries with it, and the browser that it runs in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import attrs

from browsercors.cookies.store import CookieStore
from browsercors.fetch.checks import tao_check
from browsercors.fetch.timeline import Exchange, ExchangeKind, RememberedPreflight
from browsercors.http_cache.browser_store import BrowserCache
from browsercors.values.address_spaces import AddressSpaces
from browsercors.values.findings import Reason, failure_among
from browsercors.values.records import Record
from browsercors.values.responses import Response
from browsercors.values.urls import HTTP_SCHEMES
from browsercors.values.wire import FailureKind, HTTPRequest, HTTPResponse, TransportFailure

if TYPE_CHECKING:
    from collections.abc import Hashable

    from browsercors.fetch.authentication.entries import AuthenticationStore
    from browsercors.fetch.loads.preloaded import PreloadEntry
    from browsercors.fetch.loads.resource_timing import TimingFacts
    from browsercors.fetch.service_workers.calls import ServiceWorker
    from browsercors.fetch.service_workers.registrations import Registrations
    from browsercors.http_cache.browser_store import Kept
    from browsercors.protections.hsts import HSTSStore
    from browsercors.rules.elements.preloads import PreloadKey
    from browsercors.rules.preflight import PreflightCache
    from browsercors.rules.profile import BrowserProfile
    from browsercors.rules.safelist import UnsafeHeaders
    from browsercors.values.findings import Finding
    from browsercors.values.headers import HeaderList
    from browsercors.values.origins import Origin
    from browsercors.values.permissions import Permissions
    from browsercors.values.requests import CacheMode, Request
    from browsercors.values.responses import FilteredResponse
    from browsercors.values.sites import Sites
    from browsercors.values.urls import URL

__all__ = [
    "FetchParams",
    "HTTPFetchParams",
    "Hop",
    "PageMemory",
    "UserAgent",
    "as_challenge",
    "create_user_agent",
    "record_exchange",
    "record_timing",
]

TIMING_BUFFER_SIZE: Final = 250
"""https://w3c.github.io/resource-timing/#dfn-resource-timing-buffer-size-limit."""


@attrs.define(eq=False, repr=False)
class UserAgent(Record):
    """
    The browser: its rules, and what it remembers from one fetch to the next.

    NB: the stores of HSTS hosts and of passwords are made when the first one is known, and so are the registrations of
    service workers.

    Attributes:
        waits_for_passwords: Whether nobody answers where the browser asks the visitor for a password, so that the fetch
            never ends. If not, it goes on as after "Cancel".
        object_urls: Who made a `blob:` URL, and the type and the bytes behind it.
        shared_workers: The shared workers that run, by what tells them apart.
    """

    profile: BrowserProfile
    sites: Sites
    preflight_cache: PreflightCache
    http_cache: BrowserCache
    cookie_store: CookieStore
    hsts: HSTSStore | None = None
    authentication: AuthenticationStore | None = None
    waits_for_passwords: bool = False
    address_spaces: AddressSpaces = attrs.field(factory=AddressSpaces)
    service_workers: Registrations | None = None
    object_urls: dict[str, tuple[Origin, str, bytes]] = attrs.field(factory=dict)
    shared_workers: dict[Hashable, Any] = attrs.field(factory=dict)
    _permissions: Permissions | None = None

    @property
    def permissions(self) -> Permissions:
        """
        What the visitor has allowed and forbidden.
        """
        # NB: imported and made late, since few pages reach for what is not public.
        if self._permissions is None:
            from browsercors.values.permissions import Permissions

            self._permissions = Permissions()
        return self._permissions

    @permissions.setter
    def permissions(self, permissions: Permissions) -> None:
        self._permissions = permissions


def create_user_agent(profile: BrowserProfile, sites: Sites, hsts: HSTSStore | None = None) -> UserAgent:
    """
    Return a browser that remembers nothing yet.

    Args:
        profile: Its rules.
        sites: What it takes for a site.
        hsts: Which hosts it knows to be reached over TLS only; by default none.
    """
    return UserAgent(
        profile,
        sites,
        profile.preflight_cache.create(),
        BrowserCache(profile.http_cache),
        CookieStore(profile.cookies, sites),
        hsts=hsts,
    )


@attrs.define(eq=False, repr=False)
class Hop(Record):
    """
    One hop of a fetch: what is known for its current URL, and forgotten when a redirect leads to the next one.

    Attributes:
        redirect_refusal: Why the redirect that led here will be refused before the request is sent.
        unsafe_headers: The CORS-unsafe request-header names, once they are determined.
        kept: What the HTTP cache has made of the response; None if it stored none.
        is_answered_by_browser: Whether the browser itself answered, with a redirect to https.
        clears_site_data: Whether the response has a `Clear-Site-Data` header that counts once the page is given it.
        clears_itself: Whether it has cleared the cache, and goes with it.
    """

    redirect_refusal: Finding | None = None
    unsafe_headers: UnsafeHeaders | None = None
    kept: Kept | None = None
    is_answered_by_browser: bool = False
    clears_site_data: bool = False
    clears_itself: bool = False


class PageMemory:
    """
    What a page remembers from one fetch to the next.

    Attributes:
        preloads: What it has preloaded and not used yet.
        timings: What its timing entries are made from.
        keepalive_bytes: How many bytes of body its beacons and keepalive requests under way have together.
    """

    # NB: no attrs, which would make up a thousandth of what importing a browser takes.
    __slots__ = ("keepalive_bytes", "preloads", "timings")

    def __init__(self) -> None:
        self.preloads: dict[PreloadKey, PreloadEntry] = {}
        self.timings: list[TimingFacts] = []
        self.keepalive_bytes: int = 0


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
        referrer_source: What the referrer for the last URL of the chain was made from.
        referrer_policy_before: The policy by which it was made.
        first_referrer: The referrer that the first URL of the chain was shown.
        origin_sent: The `Origin` header of the last hop, if its method alone asked for one.
        removed_headers: The headers that redirects removed, by lower-case name.
        hop: What is known for the current URL only.
        memory: What the page remembers; None where no page asks.
        preload: What the page had preloaded for the request, if it was.
        failed_before: The failure of an earlier load that this one shares; None if it asked for itself.
        service_worker: The worker that is asked before the network is; None if there is none, or it was asked already.
    """

    user_agent: UserAgent
    request: Request
    now: float
    findings: list[Finding] = attrs.field(factory=list)
    timeline: list[Exchange | RememberedPreflight] = attrs.field(factory=list)
    in_preflight: bool = False
    was_preflighted: bool = False
    referrer_source: URL | None = None
    referrer_policy_before: str = ""
    first_referrer: URL | str | None = None
    origin_sent: bytes | None = None
    removed_headers: dict[bytes, bytes] = attrs.field(factory=dict)
    hop: Hop = attrs.field(factory=Hop)
    memory: PageMemory | None = None
    preload: PreloadEntry | None = None
    failed_before: Finding | None = None
    service_worker: ServiceWorker | None = None

    @property
    def repeats_preflight(self) -> bool:
        """
        Whether the next hop to another origin needs a preflight because an earlier one did.
        """
        # PROFILE: in Firefox and WebKit one preflight leads to another, for every cross-origin hop that follows.
        return self.was_preflighted and self.user_agent.profile.preflight.repeated_on_redirect


class HTTPFetchParams(NamedTuple):
    """
    What HTTP-network-or-cache fetch knows of one request: the request of a fetch, or its preflight.

    Attributes:
        params: The fetch.
        request: The request.
        kind: What the exchange is for.
        include_credentials: Whether credentials go along.
        cache_mode: The cache mode, which conditional headers of the page may have changed (step 8.16).
        http_request: The request as it would go out.
    """

    params: FetchParams
    request: Request
    kind: ExchangeKind
    include_credentials: bool
    cache_mode: CacheMode
    http_request: HTTPRequest


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


def as_challenge(params: FetchParams) -> None:
    """
    Say of the exchange that was recorded last that it was only answered with a challenge.
    """
    params.timeline[-1].kind = ExchangeKind.CHALLENGE  # type: ignore[union-attr]


def record_timing(
    params: FetchParams, response: FilteredResponse | Response, start_time: float, timings: list[TimingFacts]
) -> None:
    """
    Remember of a fetch that has ended what Resource Timing may show, unless the page has as many entries as it can.

    NB: facts alone, and nothing of the body; `resource_timing.py` makes entries of them when a page asks.

    https://fetch.spec.whatwg.org/#finalize-and-report-timing
    """
    request = params.request
    if len(timings) >= TIMING_BUFFER_SIZE or request.url_list[0].scheme not in HTTP_SCHEMES:
        return
    last = params.timeline[-1] if params.timeline else None
    headers = failure = encoded_size = None
    size = 0
    if isinstance(response, Response):
        # NB: only a network error is not filtered.
        failure, allowed = _failure_and_allowance(params)
        status = 0
        if isinstance(last, Exchange) and last.http_response is not None:
            answer = last.http_response
            status, headers = answer.status, answer.headers
            size, encoded_size = len(answer.body or b""), answer.encoded_size
    else:
        allowed, internal = not request.timing_allow_failed, response.internal_response
        status, headers = internal.status, internal.header_list
        if internal.body:
            size = len(internal.body)
            if isinstance(last, Exchange) and last.http_response is not None:
                encoded_size = last.http_response.encoded_size
    timings.append(
        (
            request.url_list,
            request.initiator_type,
            request.destination,
            start_time,
            _redirect_end(params) if request.redirect_count else 0.0,
            start_time if last is None else last.time,
            params.now,
            allowed,
            response.type,
            status,
            failure,
            "" if last is None else last.cache_state,
            headers,
            size,
            encoded_size,
            _first_response(params) if request.keepalive else None,
        )
    )


def _redirect_end(params: FetchParams) -> float:
    """
    Return when the last redirect was there: when what follows was sent, or ended the fetch.
    """
    end = params.now
    for entry in reversed(params.timeline):
        if isinstance(entry, Exchange) and entry.kind is ExchangeKind.REDIRECT:
            break
        end = entry.time
    return end


def _first_response(params: FetchParams) -> tuple[int, HeaderList, bool, float] | None:
    """
    Return the first response, a redirect: its status and headers, whether it shows its details, and when it was there.
    """
    request = params.request
    for place, entry in enumerate(params.timeline):
        if not isinstance(entry, Exchange) or entry.kind is not ExchangeKind.REDIRECT:
            continue
        if entry.http_response is not None:
            headers = entry.http_response.headers
            values = headers.get_decode_and_split(b"timing-allow-origin") or ()
            own = request.url_list[0].origin.same_origin(request.origin)
            shown = own or "*" in values or request.origin.serialized in values
            end = params.timeline[place + 1].time if place + 1 < len(params.timeline) else params.now
            return entry.http_response.status, headers, shown, end
    return None


def _failure_and_allowance(params: FetchParams) -> tuple[tuple[Reason, bool], bool]:
    """
    Return why a fetch failed, whether anything was begun, and whether its page may see details.

    NB: what fails in the CORS check does not come to the TAO check; browsers that show details then ask all the same.
    """
    _, reason = failure_among(params.findings)
    last = params.timeline[-1] if params.timeline else None
    # NB: what came before, a preflight or a redirect, allows nothing, unless it was where the fetch ended.
    ends_here = (ExchangeKind.ACTUAL, ExchangeKind.REDIRECT if reason is Reason.SAME_ORIGIN_MODE else None)
    if not isinstance(last, Exchange) or last.kind not in ends_here or last.http_response is None:
        return (reason, last is not None), False
    finding = tao_check(params.request, last.http_response.headers)
    return (reason, True), bool(finding.evidence["allowed"])
