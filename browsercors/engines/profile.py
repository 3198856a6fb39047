"""
The record of everything in which browsers differ.

The standard is the base case: `browsercors.engines.standard` fills every field with what the standard says, and each
browser evolves that value. A field is a limit, a table, or a whole sub-algorithm with the signature given here. No
algorithm asks which browser it plays.
"""

from __future__ import annotations

import enum
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import attrs

from browsercors.values.enums import quick
from browsercors.values.records import Rules
from browsercors.values.requests import ResponseTainting

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Mapping, Sequence, Set as AbstractSet

    from browsercors.engines.identifiers import Circumstances, Identifier
    from browsercors.fetch.bodies import BodyInit
    from browsercors.fetch.browser_cache import RefusedResponse
    from browsercors.fetch.caching_rules import CachingRules
    from browsercors.fetch.cookies import CookieRules
    from browsercors.fetch.fetch_params import FetchParams
    from browsercors.fetch.findings import Finding
    from browsercors.fetch.preflight_cache import PreflightCache, PreflightQuestion
    from browsercors.fetch.safelists import HeaderRule, UnsafeHeaders
    from browsercors.values.headers import Failure, HeaderList
    from browsercors.values.requests import CacheMode, Request
    from browsercors.values.responses import FilteredResponse
    from browsercors.values.sites import Sites
    from browsercors.values.urls import URL

__all__ = [
    "AcceptEncoding",
    "BrowserProfile",
    "ClearedBy",
    "HTTPCacheRules",
    "PreflightCacheRules",
    "PreflightRules",
    "PreflightStage",
    "RedirectRules",
    "RequestRules",
    "ResponseRules",
    "Safelist",
    "Shift",
    "StreamBody",
    "ValueRule",
    "WireRules",
    "is_outside_cors",
    "is_redirected",
    "is_without_body",
    "is_xml_http_request",
]

ValueRule: TypeAlias = "Callable[[bytes], HeaderRule | None]"


@attrs.frozen(eq=False, repr=False)
class Safelist(Rules):
    """
    Which request headers need no preflight.

    Attributes:
        names: By lower-case name the rule for its value.
        value_bytes: The longest safelisted value.
        sum_bytes: What all safelisted values together may have; None for no limit.
        keeps_repeated_names: Whether `Access-Control-Request-Headers` lists a name as often as the page appended it.
    """

    names: Mapping[bytes, ValueRule]
    value_bytes: int = 128
    sum_bytes: int | None = 1024
    keeps_repeated_names: bool = False


@quick
class StreamBody(enum.Enum):
    """
    What becomes of a `ReadableStream` given as a body.
    """

    UPLOADED = "uploaded"
    """A streaming upload, which needs a preflight and HTTP/2."""

    STRINGIFIED = "stringified"
    """Not known as a body type: turned into the text "[object ReadableStream]"."""

    REFUSED = "refused"
    """The constructor throws."""


@attrs.frozen(eq=False, repr=False)
class RequestRules(Rules):
    """
    What the page's objects (`Request`, `Headers`, `XMLHttpRequest`) make of what the page says.

    Attributes:
        dropped_names: Lower-case names that scripts may not set, beyond the standard's forbidden ones.
        combines_repeated_headers: Whether a header appended twice is one header with a joined value from then on.
        stream_body: What becomes of a `ReadableStream`.
        upload_listeners_need_body: Whether upload listeners set the use-CORS-preflight flag only with a body.
        guards_body_types: Whether mode "no-cors" drops the type of a body that is not safelisted.
        has_only_if_cached: Whether the cache mode "only-if-cached" means anything.
        takes_no_referrer_as_policy: Whether the referrer "" is the policy "no-referrer" as well.
        states_type_of_unsent_form: Whether XMLHttpRequest states the type of URLSearchParams that GET and HEAD drop.
        drops_empty_body: Whether an empty body, made of that and asked for by that initiator type, is none at all.
        keeps_credentials_in_url: Whether XMLHttpRequest leaves user name and password in the URL.
        conditional_cache_modes: By initiator type ("fetch", "xmlhttprequest") the cache mode that a page's conditional
            headers (`If-None-Match`) come to, from the start; the standard sets it only when the request is sent.
        multipart_boundary_prefix: What multipart boundaries begin with.
    """

    dropped_names: frozenset[bytes] = frozenset()
    combines_repeated_headers: bool = False
    stream_body: StreamBody = StreamBody.UPLOADED
    upload_listeners_need_body: bool = False
    guards_body_types: bool = True
    has_only_if_cached: bool = True
    takes_no_referrer_as_policy: bool = False
    states_type_of_unsent_form: bool = False
    drops_empty_body: Callable[[BodyInit, str], bool] | None = None
    keeps_credentials_in_url: bool = True
    conditional_cache_modes: Mapping[str, CacheMode] | None = None
    multipart_boundary_prefix: str = "----formdata-"


@quick
class PreflightStage(enum.Enum):
    """
    One of the things that a preflight's answer has to stand.
    """

    REDIRECT = "not a redirect"
    CORS_CHECK = "the CORS check"
    STATUS = "an ok status"
    PARSE_METHODS = "Access-Control-Allow-Methods is a list"
    PARSE_HEADERS = "Access-Control-Allow-Headers is a list"
    STORE = "remembered before it is compared"
    METHOD = "the method is allowed"
    HEADERS = "the headers are allowed"


@attrs.frozen(eq=False, repr=False)
class PreflightRules(Rules):
    """
    The preflight: what it says, and what its answer has to stand.

    Attributes:
        stages: The order in which the answer is judged; the first failure is the reported one.
        authorization_needs_listing: Whether `*` leaves `Authorization` out.
        forced_method_needs_no_listing: Whether, under the use-CORS-preflight flag, a missing list of methods allows
            the method that was asked for.
        origin: What the `Origin` header of a preflight says.
        unsafe_headers: The CORS-unsafe request-header names to ask and look for.
        compared_in_order: The unsafe names in the order in which they are looked for, so that the first one missing
            is the one reported.
        keeps_first_referrer: Whether preflights after redirects still show the referrer of the first request.
        repeated_on_redirect: Whether, once a hop was preflighted, every later cross-origin hop is.
    """

    stages: tuple[PreflightStage, ...]
    authorization_needs_listing: bool
    forced_method_needs_no_listing: bool
    origin: Callable[[Request], bytes]
    unsafe_headers: Callable[[FetchParams], UnsafeHeaders]
    compared_in_order: Callable[[FetchParams, PreflightQuestion], Sequence[bytes]]
    keeps_first_referrer: bool = False
    repeated_on_redirect: bool = False


@quick
class ClearedBy(enum.Enum):
    """
    Which fetches that end in a network error clear the preflight cache for their URL.
    """

    NONE = "none"
    PREFLIGHTED = "preflighted"
    CROSS_ORIGIN = "cross-origin"


@attrs.frozen(eq=False, repr=False)
class PreflightCacheRules(Rules):
    """
    The preflight cache: how long and for whom answers are remembered.

    Attributes:
        create: Makes the cache: which entries it has and what they match.
        max_age: Reads `Access-Control-Max-Age`: seconds, or None for "do not remember".
        max_age_cap: The longest time in seconds that an answer is remembered; None for no cap.
        origin_key: The origin under which an answer is remembered; None for "not at all".
        bypassing_cache_modes: Cache modes under which it is not asked.
        unstored_cache_modes: Cache modes under which nothing is stored.
        cleared_by: Which failing fetches take the entries of their URL with them.
    """

    create: Callable[[], PreflightCache]
    max_age: Callable[[HeaderList], float | None]
    max_age_cap: float | None
    origin_key: Callable[[Request], Hashable | None]
    bypassing_cache_modes: frozenset[CacheMode] = frozenset()
    unstored_cache_modes: frozenset[CacheMode] = frozenset()
    cleared_by: ClearedBy = ClearedBy.PREFLIGHTED


@attrs.frozen(eq=False, repr=False)
class HTTPCacheRules(Rules):
    """
    The browser's own HTTP cache.

    Attributes:
        caching: What it stores, and what it uses that for.
        key: Under what the response to a request belongs, by the request, a method (the request's, or GET to find what
            it spoils), and whether it goes with credentials; None for "not at all".
        is_asked: Whether it is asked for a request, by the request, and by the status of the redirect that led there
            if the cache gave that, and None otherwise.
        invalidated_by: Whether that request, answered with that status, makes it forget the URL.
        invalidating_headers: Lower-case names of the headers of its answer that name other URLs to forget.
        refused: What becomes of a response with that status that the page may not have.
        leaving_statuses: Which statuses, where they are not stored, leave what is.
        validated_statuses: Of which statuses the server is asked whether they still hold; None for all.
        validates_authorized: Whether the server is asked again when `Authorization` goes along, and did not when what
            is stored was fetched.
        confirms_unasked: Whether a 304 confirms what is stored, but for redirects, also when it answers no question.
        forgets_unasked: Whether a 304 that confirms nothing takes what is stored along.
        revalidation_headers: What a request that fetches anew what was given out stale has in addition, or instead.
    """

    caching: CachingRules
    key: Callable[[Request, bytes, bool], Hashable | None]
    is_asked: Callable[[Request, int | None], bool]
    invalidated_by: Callable[[Request, int], bool]
    refused: Callable[[Request, int], RefusedResponse]
    invalidating_headers: tuple[bytes, ...] = ()
    leaving_statuses: frozenset[int] = frozenset()
    validated_statuses: frozenset[int] | None = None
    validates_authorized: bool = False
    confirms_unasked: bool = False
    forgets_unasked: bool = True
    revalidation_headers: tuple[tuple[bytes, bytes], ...] = ()


@attrs.frozen(eq=False, repr=False)
class RedirectRules(Rules):
    """
    Following redirects.

    Attributes:
        location: The location value of a redirect response: None where there is none (the response itself is the
            result), `FAILURE` where it is malformed.
        refuses_credentials: Judges a location URL that includes credentials: the step that refuses it, or None.
        location_text: Decodes a location value.
        also_becomes_get: Whether a redirect to that URL makes a GET of a request that the standard leaves as it is.
        judged_again: Whether a redirect response that passed has to pass once more, as an answer with credentials, when
            the next request is about to be sent.
        restored_names: Lower-case names of the headers that come back at a redirect with that status to that URL, if
            an earlier one has removed them.
        needs_location: Whether a redirect status without a location is no redirect for the redirect mode "error".
    """

    location: Callable[[HeaderList], bytes | Failure | None]
    refuses_credentials: Callable[[Request, URL], str | None]
    location_text: Callable[[bytes], str]
    also_becomes_get: Callable[[Request, URL], bool]
    restored_names: Callable[[FetchParams, int, URL], Collection[bytes]]
    judged_again: Callable[[Request], bool]
    needs_location: bool = False


@attrs.frozen(eq=False, repr=False)
class ResponseRules(Rules):
    """
    Reading responses, and what pages see of them.

    Attributes:
        header_list: Turns the header lines of a response into its header list.
        safelisted_names: Lower-case names that need no `Access-Control-Expose-Headers`.
        data_url_content_length: Whether `data:` responses have a `Content-Length` for `fetch()`.
        integrity_matches: Whether the body of a response is what that integrity says; it may have none.
        keeps_blanks_after_reason: Whether blanks at the end of the reason phrase belong to it.
    """

    header_list: Callable[[HeaderList], HeaderList]
    safelisted_names: frozenset[bytes]
    integrity_matches: Callable[[FilteredResponse, str], bool]
    data_url_content_length: bool = False
    keeps_blanks_after_reason: bool = False


@attrs.frozen(eq=False, repr=False)
class AcceptEncoding(Rules):
    """
    The content codings asked for: over http, over http from this machine, and over https.
    """

    plain: bytes
    loopback: bytes
    tls: bytes


class Places(dict[tuple[bytes, bytes], int]):
    """
    The place of each header on the wire, by its name.

    NB: a dict that learns the headers it meets, as many as it has room for: the same fourteen are put in order for
    every request, and looking them up is all that it takes.

    Args:
        order: The names in order, lower-case; `*` stands for all others, and `**` for what the page moved there.
    """

    ROOM = 4096
    LONGEST = 256

    def __init__(self, order: Sequence[bytes]) -> None:
        super().__init__()
        self._order = {name: place for place, name in enumerate(order)}
        self._of_the_page = self._order.get(b"**", self._order[b"*"])

    def __missing__(self, header: tuple[bytes, bytes]) -> int:
        place = self._order.get(header[0].lower(), self._order[b"*"])
        if len(self) < self.ROOM and len(header[0]) + len(header[1]) <= self.LONGEST:
            self[header] = place
        return place

    def with_names_of_the_page(self, names: AbstractSet[bytes], header: tuple[bytes, bytes]) -> int:
        """
        Return the place of *header* where the page has set those *names*, lower-case.
        """
        return self._of_the_page if header[0].lower() in names else self[header]


@attrs.frozen(eq=False, repr=False)
class Shift(Rules):
    """
    A header that stands elsewhere in some requests.

    Attributes:
        applies: Tells in which.
        name: Its name, lower-case.
        behind: The name that it stands right behind.
    """

    applies: Callable[[Request, Sites], bool]
    name: bytes
    behind: bytes = attrs.field(kw_only=True)

    def of(self, order: Sequence[bytes]) -> list[bytes]:
        """
        Return *order* with the name there.
        """
        names = [name for name in order if name != self.name]
        names.insert(names.index(self.behind) + 1, self.name)
        return names


def is_redirected(request: Request, sites: Sites) -> bool:
    """
    Tell whether *request* is that of a redirect.
    """
    return request.redirect_count > 0


def is_outside_cors(request: Request, sites: Sites) -> bool:
    """
    Tell whether *request* is one without the CORS protocol.
    """
    return request.response_tainting is not ResponseTainting.CORS


def is_xml_http_request(request: Request, sites: Sites) -> bool:
    """
    Tell whether *request* is that of an XMLHttpRequest.
    """
    return request.initiator_type == "xmlhttprequest"


def is_without_body(request: Request, sites: Sites) -> bool:
    """
    Tell whether *request* has no body, not even an empty one.
    """
    return request.body is None


@attrs.frozen(eq=False, repr=False)
class WireRules(Rules):
    """
    What the browser itself adds to requests.

    Attributes:
        order: The order of request headers on the wire, lower-case; `*` stands for all that are not named.
        shifts: The headers that stand elsewhere in some requests; those that apply do so one after another.
        names_of_the_page: The names, lower-case, that stand where `**` does in the order, or else `*`, if it is the
            page that has set them.
        user_agent: The `User-Agent`.
        accept_language: The `Accept-Language`.
        accept_encoding: The `Accept-Encoding`.
        page_headers: What becomes of the page's headers on their way to the wire.
        cache_headers: Whether the cache mode shows in `Pragma` and `Cache-Control`.
        extra: Further headers of every request.
        trustworthy_extra: Further headers of requests to potentially trustworthy URLs.
        fetch_extra: Further headers of requests made by `fetch()`.
        fetch_metadata_elsewhere: The Sec-Fetch headers that go to untrustworthy URLs as well.
        fetch_metadata_after_cors_redirect: Whether a CORS request that was just redirected to another origin has
            Sec-Fetch headers, and does without content codings if it has a `Range`.
        sec_fetch_site: The value of `Sec-Fetch-Site`.
        storage_access: Determines `Sec-Fetch-Storage-Access` of credentialed cross-site requests; None for no such
            header.
        storage_access_when_tainted: Whether it also goes with requests whose origin redirects have tainted.
        keeps_origin: Whether an `Origin` that a POST had stays when a redirect makes a GET of it.
    """

    order: tuple[bytes, ...]
    user_agent: bytes
    accept_language: bytes
    accept_encoding: AcceptEncoding
    page_headers: Callable[[Request], HeaderList]
    sec_fetch_site: Callable[[Request, Sites], bytes]
    cache_headers: bool = True
    extra: tuple[tuple[bytes, bytes], ...] = ()
    trustworthy_extra: tuple[tuple[bytes, bytes], ...] = ()
    fetch_extra: tuple[tuple[bytes, bytes], ...] = ()
    fetch_metadata_elsewhere: frozenset[bytes] = frozenset()
    fetch_metadata_after_cors_redirect: bool = True
    storage_access: Callable[[Request, Sites], bytes | None] | None = None
    storage_access_when_tainted: bool = True
    keeps_origin: bool = False
    shifts: tuple[Shift, ...] = ()
    names_of_the_page: frozenset[bytes] = frozenset()
    usual: Mapping[tuple[bool, bool, bool], tuple[tuple[bytes, bytes], ...]] = attrs.field(init=False, repr=False)
    """The headers that are always the same: over TLS, to a trustworthy URL, of a request with `Range`."""

    overridable: frozenset[bytes] = attrs.field(init=False, repr=False)
    """Their names, lower-case; what the page itself sets comes in their place."""

    @usual.default
    def _usual(self) -> Mapping[tuple[bool, bool, bool], tuple[tuple[bytes, bytes], ...]]:
        codings = self.accept_encoding
        return {
            (over_tls, trustworthy, ranged): (
                (b"User-Agent", self.user_agent),
                (b"Accept-Language", self.accept_language),
                (
                    b"Accept-Encoding",
                    b"identity"
                    if ranged
                    else codings.tls
                    if over_tls
                    else codings.loopback
                    if trustworthy
                    else codings.plain,
                ),
                *self.extra,
                *(self.trustworthy_extra if trustworthy else ()),
            )
            for over_tls in (False, True)
            for trustworthy in (False, True)
            for ranged in (False, True)
        }

    @overridable.default
    def _overridable(self) -> frozenset[bytes]:
        return frozenset(name.lower() for headers in self.usual.values() for name, _ in headers)

    _places: dict[tuple[bool, ...], Places] = attrs.field(init=False, repr=False, eq=False, factory=dict)

    def place_on_the_wire(
        self, request: Request, page_headers: Sequence[tuple[bytes, bytes]], sites: Sites
    ) -> Callable[[tuple[bytes, bytes]], int]:
        """
        Return what gives each header of *request* its place on the wire.
        """
        shifted = tuple([shift.applies(request, sites) for shift in self.shifts])
        places = self._places.get(shifted)
        if places is None:
            order: Sequence[bytes] = self.order
            for shift, applies in zip(self.shifts, shifted, strict=True):
                order = shift.of(order) if applies else order
            places = self._places[shifted] = Places(order)
        if page_headers and self.names_of_the_page:
            names = self.names_of_the_page.intersection([name.lower() for name, _ in page_headers])
            if names:
                return partial(places.with_names_of_the_page, names)
        return places.__getitem__


@attrs.frozen(eq=False, repr=False)
class BrowserProfile(Rules):
    """
    A browser engine, as data.

    Attributes:
        name: The short name: "standard", "chromium", "firefox", "webkit".
        version: What its facts were observed on.
        safelist: Which request headers need no preflight.
        requests: What becomes of what the page says.
        preflight: What a preflight says, and what its answer has to stand.
        preflight_cache: How long and for whom answers are remembered.
        http_cache: The browser's own HTTP cache.
        redirects: Following redirects.
        responses: Reading responses, and what pages see of them.
        wire: What the browser adds to requests.
        preflight_wire: What it adds to preflights.
        cookies: Storing cookies.
        referrer_source: The URL of which the page's referrers are made; None for none.
        referrer: The `Referer` for a policy, a source and a destination; None for none.
        is_trustworthy: Which URLs are no mixed content.
        origin_obeys_referrer_policy: Whether the referrer policy can turn `Origin` into `null` outside of CORS.
        partitions_third_party_cookies: Whether cookies of other sites are kept apart by top-level site.
        opaque_origins_are_cross_site: Whether pages of opaque origin send no SameSite cookies anywhere.
        redirects_hide_cookies: Whether a request that came by way of another site goes without SameSite cookies.
        redirects_refuse_cookies: Whether its response may set none.
        refuses_cookies_of: Whether the cookies of a response are refused because it is that of a third party.
        answers_proxy_challenges: Whether a 407 without a proxy is an ordinary response.
        identifier: What the browser calls a failure; None where it keeps silent.
    """

    name: str
    version: str
    safelist: Safelist
    requests: RequestRules
    preflight: PreflightRules
    preflight_cache: PreflightCacheRules
    http_cache: HTTPCacheRules
    redirects: RedirectRules
    responses: ResponseRules
    wire: WireRules
    preflight_wire: WireRules
    cookies: CookieRules
    referrer_source: Callable[[Request], URL | None]
    referrer: Callable[[str, URL | None, URL, Sites], str | None]
    is_trustworthy: Callable[[URL], bool]
    identifier: Callable[[Finding, Circumstances], Identifier | None]
    refuses_cookies_of: Callable[[Request, Sites], bool]
    origin_obeys_referrer_policy: bool = True
    partitions_third_party_cookies: bool = False
    opaque_origins_are_cross_site: bool = True
    redirects_hide_cookies: bool = True
    redirects_refuse_cookies: bool = True
    answers_proxy_challenges: bool = False

    def evolve(self, **changes: object) -> BrowserProfile:
        """
        Return a copy with some fields changed; a group of rules is changed with `attrs.evolve`.
        """
        return attrs.evolve(self, **changes)  # type: ignore[arg-type]
